import { Injectable } from '@nestjs/common';

import { QueueConnection } from '../queue/queue-connection.js';
import { deadRows, weighedRows } from '../queue/queue-depth.js';
import { plannedForLongQueue } from '../queue/queue-statements.js';
import { SpoolCounters } from './spool-counters.js';

/** The spool of all processes together. */
export interface SpoolSnapshot {
  /** Documents that MongoDB does not have yet, dead letters excepted. An estimate above `COUNTED_ROWS`. */
  pending: number;
  /** The age of the oldest of them; 0 if there is none. */
  oldestAgeMs: number;
  /** At most `COUNTED_DEAD_ROWS`. */
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
    const [, [row]] = await this.connection.run('spool.stats', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<{ pending: number; oldest_age_ms: number; dead_letters: number }[]>`
          with ${tx.unsafe(weighedRows('spool', []))}
          select
            (select coalesce(round(sum(weight)), 0)::int from waiting) as pending,
            ${tx.unsafe(deadRows('spool'))} as dead_letters,
            coalesce((
              select greatest(0, extract(epoch from clock_timestamp() - accepted_at) * 1000)::float8
              from spool where not is_delivered and dead_at is null and position > 0 order by position limit 1), 0) as oldest_age_ms`,
      ]),
    );
    if (!row) throw new Error('An aggregate query returned no row');
    return { pending: row.pending, oldestAgeMs: row.oldest_age_ms, deadLetters: row.dead_letters };
  }
}
