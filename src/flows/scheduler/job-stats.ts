import { Injectable } from '@nestjs/common';

import { QueueConnection } from '../queue/queue-connection.js';
import { COUNTED_ROWS, deadRows } from '../queue/queue-depth.js';
import { plannedForLongQueue } from '../queue/queue-statements.js';
import { JobCounters } from './job-counters.js';
import { Jobs } from './jobs.js';

/**
 * The schedule of all processes together. A job that is not due yet is not counted, because there may be many, and
 * they are no backlog.
 */
export interface ScheduleSnapshot {
  /** Jobs that are due and not running. At most `COUNTED_ROWS` of each job are counted. */
  due: number;
  /** By how much the latest of them is late; 0 if there is none. */
  latestMs: number;
  /** At most `COUNTED_DEAD_ROWS`. */
  deadLetters: number;
}

/** Figures for the metrics. */
@Injectable()
export class JobStats {
  constructor(
    private readonly connection: QueueConnection,
    private readonly jobs: Jobs,
    readonly counters: JobCounters,
  ) {}

  /** Rejects with `StoreUnavailable` if PostgreSQL does not answer. */
  async snapshot(): Promise<ScheduleSnapshot> {
    const [, [row]] = await this.connection.run('scheduler.stats', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        tx<{ due: number; latest_ms: number; dead_letters: number }[]>`
          select coalesce(sum(due.count), 0)::int as due,
            coalesce((extract(epoch from clock_timestamp() - min(due.first_at)) * 1000)::float8, 0) as latest_ms,
            ${tx.unsafe(deadRows('scheduled_jobs'))} as dead_letters
          from jsonb_array_elements_text(${JSON.stringify(this.jobs.names)}::text::jsonb) as wanted(job)
          cross join lateral (
            select count(*) as count, min(first.available_at) as first_at from (
              select s.available_at from scheduled_jobs s
              where s.job = wanted.job and s.dead_at is null and s.available_at <= statement_timestamp()
              order by s.available_at, s.id limit ${COUNTED_ROWS}) as first) as due`,
      ]),
    );
    if (!row) throw new Error('An aggregate query returned no row');
    return { due: row.due, latestMs: row.latest_ms, deadLetters: row.dead_letters };
  }
}
