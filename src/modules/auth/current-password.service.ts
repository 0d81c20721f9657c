import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import type { Principal } from '../../common/http/principal.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { CurrentPasswordWrong } from './auth.errors.js';
import { LoginThrottle } from './login-throttle.js';

/** Asks for the password that an account has, before its person changes what they log in with. */
@Injectable()
export class CurrentPassword {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly passwords: PasswordHashing,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * The hash that the password is right against, looked up and checked before any row is locked. A wrong password counts as
   * one at the login. Throws `CurrentPasswordWrong`, `TooManyAttempts`.
   */
  async check(actor: Principal, address: string, password: string): Promise<string> {
    const account = await this.accounts.find(actor.userId);
    if (!account) throw new CurrentPasswordWrong();
    const attempt = { accountId: account.id, name: account.email, address };
    await this.throttle.assertAllowed(attempt);
    const isRight = await this.passwords.verify(actor.orgId, account.passwordHash, password);
    if (!isRight || account.passwordHash === null) {
      await this.throttle.failed(attempt);
      throw new CurrentPasswordWrong();
    }
    await this.throttle.succeeded(attempt);
    return account.passwordHash;
  }
}
