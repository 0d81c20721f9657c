import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import type { Principal } from '../../common/http/principal.js';
import { CurrentPassword } from '../auth/current-password.service.js';

/** Hashes and checks the passwords of accounts. */
@Injectable()
export class AccountSecrets {
  constructor(
    private readonly passwords: PasswordHashing,
    private readonly current: CurrentPassword,
  ) {}

  hash(actor: Principal, password: string): Promise<string> {
    return this.passwords.hash(actor.orgId, password);
  }

  /** Checks the caller's own password. Throws `CurrentPasswordWrong`, `TooManyAttempts`. */
  async check(actor: Principal, address: string, password: string): Promise<void> {
    await this.current.check(actor, address, password);
  }
}
