import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Projections } from '../projections/projections.js';
import { OutboxTuning } from './outbox-tuning.js';
import { StaleTagRows } from './stale-tags.pg.repository.js';

/**
 * Replaces the cache tags of events whose replacement failed or, after a crash, was not recorded. Independent of the
 * delivery, so that a dead Redis does not hold up MongoDB, nor the other way round.
 */
@Injectable()
export class StaleTags {
  constructor(
    private readonly rows: StaleTagRows,
    private readonly cache: TaggedCache,
    private readonly projections: Projections,
    private readonly tuning: OutboxTuning,
  ) {}

  /** Repeats until no such event is left, or until the tags cannot be replaced. */
  async sweep(): Promise<void> {
    for (;;) {
      // If only a newer version knows the type, that version replaces the tags.
      const events = (await this.rows.find()).filter(({ type }) => this.projections.isKnown(type));
      if (events.length === 0) return;
      const tags = new Set(events.flatMap((event) => [...event.tags, ...this.projections.tags(event)]));
      if (!(await this.cache.invalidate([...tags]))) return;
      await this.rows.replaced(events);
      if (events.length < this.tuning.batchSize) return;
    }
  }
}
