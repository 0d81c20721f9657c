import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import type { Principal } from '../../common/http/principal.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { passwordChanged } from '../users/users.events.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { CurrentPasswordWrong } from './auth.errors.js';
import { CurrentPassword } from './current-password.service.js';

/** Changes the caller's own password. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly postgres: Postgres,
    private readonly sessions: SessionsService,
    private readonly accounts: AccountsRepository,
    private readonly outbox: Outbox,
    private readonly passwords: PasswordHashing,
    private readonly current: CurrentPassword,
  ) {}

  /**
   * Also ends the user's other sessions. A wrong password counts as a failed login. Throws `CurrentPasswordWrong`,
   * `SessionRequired`, `TooManyAttempts`.
   */
  async change(actor: Principal, address: string, current: string, next: string): Promise<void> {
    if (actor.sessionId === null) throw new SessionRequired();
    const checkedHash = await this.current.check(actor, address, current);
    const nextHash = await this.passwords.hash(actor.orgId, next);
    await this.postgres.transaction(async (tx) => {
      const account = await this.accounts.lock(tx, actor.userId);
      // The password was changed after the check, so the given current password is outdated.
      if (account?.passwordHash !== checkedHash) throw new CurrentPasswordWrong();
      await this.accounts.setPasswordHash(tx, account.id, nextHash);
      await this.sessions.endAllOf(tx, account.id, actor.sessionId);
      await this.outbox.add(tx, passwordChanged(actor, account));
    });
  }
}
