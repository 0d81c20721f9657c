import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import type { Principal } from '../../common/http/principal.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { CurrentPasswordWrong } from './auth.errors.js';
import { LoginThrottle } from './login-throttle.js';

/** Checks the present password of an account before its owner changes login data. */
@Injectable()
export class CurrentPassword {
  constructor(
    private readonly accounts: AccountsRepository,
    private readonly passwords: PasswordHashing,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * The hash that the password matches, read and checked before any row is locked. A wrong password counts as a failed
   * login. Throws `CurrentPasswordWrong`, `TooManyAttempts`.
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
