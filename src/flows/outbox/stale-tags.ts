import { Injectable } from '@nestjs/common';

import { GENERATION_TTL_MS } from '../../cache/redis/redis-generations.js';
import { TaggedCache } from '../../cache/tagged-cache.js';
import { Clock } from '../../common/time/clock.js';
import { Projections } from '../projections/projections.js';
import type { RecordedEvent } from './domain-event.js';
import { OutboxTuning } from './outbox-tuning.js';
import { StaleTagRows } from './stale-tags.pg.repository.js';

/** Nothing that was cached before an event is served for longer. The margin is for clocks that differ. */
const STALE_FOR_MS = GENERATION_TTL_MS + 900_000;

/**
 * Replaces the cache tags of events whose replacement failed or, after a crash, was not recorded. Independent of the
 * delivery, so that a dead Redis does not hold up MongoDB, nor the other way round.
 * While Redis cannot be used, events wait no longer than what they make stale could be served, which bounds their number.
 */
@Injectable()
export class StaleTags {
  constructor(
    private readonly rows: StaleTagRows,
    private readonly cache: TaggedCache,
    private readonly projections: Projections,
    private readonly tuning: OutboxTuning,
    private readonly clock: Clock,
  ) {}

  /** Repeats until no such event is left, or until the tags cannot be replaced. */
  async sweep(): Promise<void> {
    for (;;) {
      const found = await this.rows.find();
      const since = this.clock.now().getTime() - STALE_FOR_MS;
      const expired = found.filter(({ recordedAt }) => recordedAt.getTime() < since);
      if (expired.length > 0) await this.rows.replaced(expired);
      // If only a newer version knows the type, that version replaces the tags.
      const events = found.filter(
        (event) => !expired.includes(event) && this.projections.isKnown(event.type),
      );
      if (events.length > 0 && !(await this.replace(events))) return;
      if (events.length + expired.length === 0 || found.length < this.tuning.batchSize) return;
    }
  }

  private async replace(events: readonly RecordedEvent[]): Promise<boolean> {
    const tags = new Set(events.flatMap((event) => [...event.tags, ...this.projections.tags(event)]));
    if (!(await this.cache.invalidate([...tags]))) return false;
    await this.rows.replaced(events);
    return true;
  }
}
