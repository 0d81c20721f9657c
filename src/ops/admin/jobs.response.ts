import type { PeriodicRun } from '../../flows/scheduler/periodic-jobs.pg.repository.js';
import type { JobsResponse } from './jobs.dto.js';

/** The periodic jobs in the form that operators receive. */
export const toJobsResponse = (runs: readonly PeriodicRun[]): JobsResponse => ({
  data: runs.map(({ name, lastRunAt, lastOutcome, nextRunAt }) => ({
    name,
    last_run_at: lastRunAt?.toISOString() ?? null,
    last_outcome: lastOutcome,
    next_run_at: nextRunAt.toISOString(),
  })),
});
