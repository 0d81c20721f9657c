import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import type { DeadLetter, DeadLetterDetail } from '../../flows/dead-letters/dead-letter.js';
import { type DeadLetterFilter, DeadLetters } from '../../flows/dead-letters/dead-letters.js';
import { type OutboxSnapshot, OutboxStats, type QueueStates } from '../../flows/outbox/outbox-stats.js';
import { canOperate } from '../admin/admin.policy.js';
import { NotDead } from './dead-letters.errors.js';

/** Outbox and spool for platform operators: the backlog, the dead letters, and their retry. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly letters: DeadLetters,
    private readonly stats: OutboxStats,
  ) {}

  /** Throws `Forbidden`, `StoreUnavailable`. */
  async backlog(actor: Principal): Promise<OutboxSnapshot & { states: QueueStates }> {
    assertCan(canOperate(actor));
    const [snapshot, states] = await Promise.all([this.stats.snapshot(), this.stats.states()]);
    return { ...snapshot, states };
  }

  /** Newest first, and one more than `limit` if it exists. Throws `Forbidden`. */
  list(actor: Principal, limit: number, filter: DeadLetterFilter): Promise<DeadLetter[]> {
    assertCan(canOperate(actor));
    return this.letters.list(limit + 1, filter);
  }

  /** Throws `NotFound`, `Forbidden`. */
  async get(actor: Principal, id: string): Promise<DeadLetterDetail> {
    assertCan(canOperate(actor));
    const letter = isId(id) ? await this.letters.find(id) : null;
    if (!letter) throw new NotFound('There is no such dead letter.');
    return letter;
  }

  /** Puts the dead letter back into its queue with its attempts reset. Throws `NotFound`, `NotDead`, `Forbidden`. */
  async retry(actor: Principal, id: string): Promise<void> {
    assertCan(canOperate(actor));
    if (!isId(id)) throw new NotFound('There is no such event or document.');
    if ((await this.letters.retry([id])) > 0) return;
    if (await this.letters.isKnown(id)) throw new NotDead();
    throw new NotFound('There is no such event or document.');
  }
}
