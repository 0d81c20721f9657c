import { Injectable } from '@nestjs/common';

import { newToken, parseToken, sha256Hex } from '../../common/crypto/tokens.js';
import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan, hasSession } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { foldCase } from '../../common/text/fold-case.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { SessionRequired } from '../sessions/sessions.errors.js';
import { ConfirmationNotUsable } from './email-confirmations.errors.js';
import { confirmationIssued, emailConfirmed } from './email-confirmations.events.js';
import { EmailConfirmationsRepository } from './email-confirmations.pg.repository.js';
import { canVouchFor } from './email-confirmations.policy.js';

const LIFETIME_MS = 7 * 24 * 3_600_000;

const hashOf = (address: string): string => sha256Hex(foldCase(address));

/** A changed address is valid once its organisation has vouched for it and its person has confirmed it. */
@Injectable()
export class EmailConfirmationsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly confirmations: EmailConfirmationsRepository,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Makes an older token of the account invalid. Throws `NotFound`, `Forbidden`. */
  async issue(actor: Principal, userId: string): Promise<{ token: string; expiresAt: Date }> {
    const expiresAt = new Date(this.clock.now().getTime() + LIFETIME_MS);
    return this.postgres.transaction(async (tx) => {
      const account = isId(userId) ? await this.confirmations.lockAccount(tx, actor.orgId, userId) : null;
      if (!account) throw new NotFound('There is no such user.');
      assertCan(canVouchFor(actor, account));
      const { token, hash: tokenHash } = newToken('confirmation', userId);
      await this.confirmations.save(tx, { userId, tokenHash, addressHash: hashOf(account.email), expiresAt });
      await this.outbox.add(tx, confirmationIssued(actor, account));
      return { token, expiresAt };
    });
  }

  /** Called by the signed-in person. Throws `SessionRequired`, `ConfirmationNotUsable`. */
  async use(actor: Principal, token: string): Promise<void> {
    if (!hasSession(actor)) throw new SessionRequired();
    const parsed = parseToken(token);
    if (parsed?.kind !== 'confirmation' || parsed.ownerId !== actor.userId) throw new ConfirmationNotUsable();
    await this.postgres.transaction(async (tx) => {
      const account = await this.confirmations.lockAccount(tx, actor.orgId, actor.userId);
      const taken = account && (await this.confirmations.take(tx, account.id, parsed.hash));
      const isUsable =
        taken && taken.expiresAt > this.clock.now() && taken.addressHash === hashOf(account.email);
      if (!account || !isUsable) throw new ConfirmationNotUsable();
      await this.confirmations.confirm(tx, account.id);
      const orgIds = await this.confirmations.organizationsOf(tx, account.id);
      await this.outbox.add(tx, emailConfirmed(actor, account, orgIds));
    });
  }
}
