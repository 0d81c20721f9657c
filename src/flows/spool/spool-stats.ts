import { Injectable } from '@nestjs/common';

import { QueueConnection } from '../queue/queue-connection.js';
import { SpoolCounters } from './spool-counters.js';

/** The spool of all processes together. */
export interface SpoolSnapshot {
  /** Documents that MongoDB does not have yet, dead letters excepted. */
  pending: number;
  /** The age of the oldest of them; 0 if there is none. */
  oldestAgeMs: number;
  deadLetters: number;
}

/** Figures for the metrics and the dashboard. */
@Injectable()
export class SpoolStats {
  constructor(
    private readonly connection: QueueConnection,
    readonly counters: SpoolCounters,
  ) {}

  /** Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async snapshot(): Promise<SpoolSnapshot> {
    const [row] = await this.connection.run(
      'spool.stats',
      (sql) => sql<{ pending: number; oldest_age_ms: number; dead_letters: number }[]>`
        select
          (select count(*)::int from spool where not is_delivered and dead_at is null) as pending,
          (select count(*)::int from spool where dead_at is not null) as dead_letters,
          coalesce((
            select greatest(0, extract(epoch from clock_timestamp() - accepted_at) * 1000)::float8
            from spool where not is_delivered and dead_at is null and position > 0 order by position limit 1), 0) as oldest_age_ms`,
    );
    if (!row) throw new Error('An aggregate query returned no row');
    return { pending: row.pending, oldestAgeMs: row.oldest_age_ms, deadLetters: row.dead_letters };
  }
}
