import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import type { Principal } from '../../common/http/principal.js';
import { CurrentPassword } from '../auth/current-password.service.js';

/** The passwords of accounts: what is given is hashed, or compared. */
@Injectable()
export class AccountSecrets {
  constructor(
    private readonly passwords: PasswordHashing,
    private readonly current: CurrentPassword,
  ) {}

  hash(actor: Principal, password: string): Promise<string> {
    return this.passwords.hash(actor.orgId, password);
  }

  /** Whether it is the caller's own. Throws `CurrentPasswordWrong`, `TooManyAttempts`. */
  async check(actor: Principal, address: string, password: string): Promise<void> {
    await this.current.check(actor, address, password);
  }
}
