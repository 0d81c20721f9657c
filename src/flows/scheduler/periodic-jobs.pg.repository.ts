import { Injectable } from '@nestjs/common';
import { and, inArray, isNull, ne, sql } from 'drizzle-orm';

import { newId } from '../../common/ids/ids.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import type { PeriodicJob } from './scheduled-job.js';
import { scheduledJobs } from './scheduled-jobs.table.js';

/** A periodic job as an operator sees it. */
export interface PeriodicRun {
  name: string;
  /** When its last run ended; null before the first. */
  lastRunAt: Date | null;
  lastOutcome: 'succeeded' | 'failed' | null;
  /** While it is running, the beginning of the period that it runs for. */
  nextRunAt: Date;
}

/** The rows of the periodic jobs, one for each name. */
@Injectable()
export class PeriodicJobs {
  constructor(private readonly postgres: Postgres) {}

  /** Adds the jobs that have no row yet. A changed period takes effect from now on. */
  async declare(jobs: readonly Pick<PeriodicJob, 'name' | 'everyMs'>[]): Promise<void> {
    if (jobs.length === 0) return;
    const rows = jobs.map(({ name, everyMs }) => {
      const first = sql`clock_timestamp() + ${everyMs}::float8 * interval '1 ms'`;
      return { id: newId(), job: name, key: '', dueAt: first, availableAt: first, everyMs };
    });
    await this.postgres.run((db) =>
      db
        .insert(scheduledJobs)
        .values(rows)
        .onConflictDoUpdate({
          target: scheduledJobs.job,
          targetWhere: isNull(scheduledJobs.organizationId),
          set: {
            everyMs: sql`excluded.every_ms`,
            dueAt: sql`excluded.due_at`,
            availableAt: sql`excluded.available_at`,
          },
          setWhere: ne(scheduledJobs.everyMs, sql`excluded.every_ms`),
        }),
    );
  }

  /** Those of `names` that were declared, by name. */
  list(names: readonly string[]): Promise<PeriodicRun[]> {
    if (names.length === 0) return Promise.resolve([]);
    const { job, lastRunAt, lastOutcome, dueAt, organizationId } = scheduledJobs;
    return this.postgres.run((db) =>
      db
        .select({ name: job, lastRunAt, lastOutcome, nextRunAt: dueAt })
        .from(scheduledJobs)
        .where(and(isNull(organizationId), inArray(job, [...names])))
        .orderBy(job),
    );
  }
}
