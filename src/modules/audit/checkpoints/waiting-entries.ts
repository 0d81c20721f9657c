import { Injectable } from '@nestjs/common';

import { EffectBacklog } from '../../../flows/effects/effect-backlog.mongo.repository.js';
import { activityEffects } from '../../activity/activity.effects.js';
import { idFloor, madeAt } from './entry-ids.js';
import { QueuedEntries } from './queued-entries.pg.read-model.js';

const { kind } = activityEffects;

/**
 * Knows which ids may still appear in the log, because PostgreSQL has to deliver them or a document of MongoDB carries
 * them.
 */
@Injectable()
export class WaitingEntries {
  constructor(
    private readonly queued: QueuedEntries,
    private readonly backlog: EffectBacklog,
  ) {}

  /** The id up to which every entry is either in the log or returned by `undelivered`. */
  async horizon(settleMs: number): Promise<string> {
    const byQueues = await this.queued.horizon(settleMs);
    const oldest = await this.backlog.oldest(kind);
    const byEffects = oldest === null ? byQueues : idFloor(madeAt(oldest).getTime());
    return byEffects < byQueues ? byEffects : byQueues;
  }

  /** The undelivered entries from `after` (exclusive) to `upTo` (inclusive): as a rule dead letters. */
  async undelivered(after: string, upTo: string): Promise<string[]> {
    return [
      ...(await this.queued.undelivered(after, upTo)),
      ...(await this.backlog.within(kind, after, upTo)),
    ];
  }

  /** Those of `ids` that are undelivered. */
  async among(ids: readonly string[]): Promise<string[]> {
    return [...(await this.queued.among(ids)), ...(await this.backlog.among(kind, ids))];
  }
}
