import { Injectable } from '@nestjs/common';

import { PasswordHashing } from '../../common/crypto/password-hashing.js';
import { newToken, parseToken } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan, isPlatformAdmin } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SessionsService } from '../sessions/sessions.service.js';
import type { PasswordReset } from './password-reset.js';
import { ResetNotUsable } from './password-resets.errors.js';
import { resetIssued, resetUsed } from './password-resets.events.js';
import { PasswordResetsRepository } from './password-resets.pg.repository.js';
import { canIssueReset, isUsable, isVisibleTo } from './password-resets.policy.js';

const LIFETIME_MS = 24 * 3_600_000;

/** Restores access to an account whose password is forgotten, or was imported in a form that cannot be checked. */
@Injectable()
export class PasswordResetsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly resets: PasswordResetsRepository,
    private readonly sessions: SessionsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly passwords: PasswordHashing,
  ) {}

  /** Replaces an older reset of the account. Only this answer contains the token. Throws `NotFound`, `Forbidden`. */
  issue(actor: Principal, userId: string): Promise<{ token: string; expiresAt: Date }> {
    const { token, hash: tokenHash } = newToken('reset', isId(userId) ? userId : actor.userId);
    const expiresAt = new Date(this.clock.now().getTime() + LIFETIME_MS);
    return this.postgres.transaction(async (tx) => {
      const account = isId(userId) ? await this.resets.lockAccount(tx, actor.orgId, userId) : null;
      if (!account || !isVisibleTo(actor, account)) throw new NotFound('There is no such user.');
      assertCan(canIssueReset(actor, account));
      const isByPlatformAdmin = isPlatformAdmin(actor);
      await this.resets.save(tx, {
        ...{ userId, tokenHash, replaces: account.passwordDigest, isByPlatformAdmin, expiresAt },
      });
      await this.outbox.add(tx, resetIssued(actor, account));
      return { token, expiresAt };
    });
  }

  /** Sets the password and ends all sessions of the account. Throws `ResetNotUsable`, `QueueFull`. */
  async use(token: string, newPassword: string): Promise<void> {
    const reset = await this.find(token);
    // After the lookup, so that only the holder of a token makes the server compute a hash.
    const passwordHash = await this.passwords.hash(reset.userId, newPassword);
    await this.postgres.transaction(async (tx) => {
      const account = await this.resets.lockAccount(tx, null, reset.userId);
      const isTaken = account !== null && (await this.resets.delete(tx, reset.tokenHash));
      if (!isTaken || !isUsable(reset, account, this.clock.now())) throw new ResetNotUsable();
      await this.resets.setPassword(tx, account.id, passwordHash);
      await this.sessions.endAllOf(tx, account.id);
      await this.outbox.add(tx, resetUsed(account));
    });
  }

  private async find(token: string): Promise<PasswordReset> {
    const parsed = parseToken(token);
    const reset = parsed?.kind === 'reset' ? await this.resets.find(parsed.hash) : null;
    if (!reset || reset.expiresAt <= this.clock.now()) throw new ResetNotUsable();
    return reset;
  }
}
