import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { Projections } from '../projections/projections.js';
import { OutboxTuning } from './outbox-tuning.js';
import { StaleTagRows } from './stale-tags.pg.repository.js';

/**
 * Replaces the cache tags of events for which that has failed, or of which a crash left no trace of it. Apart from
 * the delivery: neither a dead Redis nor a dead MongoDB holds up the other.
 */
@Injectable()
export class StaleTags {
  constructor(
    private readonly rows: StaleTagRows,
    private readonly cache: TaggedCache,
    private readonly projections: Projections,
    private readonly tuning: OutboxTuning,
  ) {}

  /** Until none is left, or the cache cannot be told. */
  async sweep(): Promise<void> {
    for (;;) {
      // Of a type that only a newer version knows, that version replaces the tags.
      const events = (await this.rows.find()).filter(({ type }) => this.projections.isKnown(type));
      if (events.length === 0) return;
      const tags = new Set(events.flatMap((event) => [...event.tags, ...this.projections.tags(event)]));
      if (!(await this.cache.invalidate([...tags]))) return;
      await this.rows.replaced(events);
      if (events.length < this.tuning.batchSize) return;
    }
  }
}
