import { Injectable } from '@nestjs/common';

import { hashPassword } from '../../common/crypto/passwords.js';
import { verifyPassword } from '../../common/crypto/password-hash.js';
import type { Principal } from '../../common/http/principal.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { passwordChanged } from '../users/users.events.js';
import { AccountsRepository } from './accounts.pg.repository.js';
import { CurrentPasswordWrong } from './auth.errors.js';

/** Changing one's own password. */
@Injectable()
export class PasswordService {
  constructor(
    private readonly postgres: Postgres,
    private readonly sessions: SessionsService,
    private readonly accounts: AccountsRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Ends the user's other sessions too. Throws `CurrentPasswordWrong`, `SessionRequired`. */
  async change(actor: Principal, current: string, next: string): Promise<void> {
    if (actor.sessionId === null) throw new SessionRequired();
    const nextHash = await hashPassword(next);
    await this.postgres.transaction(async (tx) => {
      const account = await this.accounts.lock(tx, actor.userId);
      const isRight = account?.passwordHash != null && (await verifyPassword(account.passwordHash, current));
      if (!account || !isRight) throw new CurrentPasswordWrong();
      await this.accounts.setPasswordHash(tx, account.id, nextHash);
      await this.sessions.endAllOf(tx, account.id, actor.sessionId);
      await this.outbox.add(tx, passwordChanged(actor, account));
    });
  }
}
