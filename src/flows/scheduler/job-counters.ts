import { Injectable } from '@nestjs/common';

/**
 * The outcome of a run. `deferred`: a store could not be reached. `lost`: the job was cancelled, replaced or taken
 * over.
 */
export const JOB_OUTCOMES = ['succeeded', 'failed', 'deferred', 'lost'] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

/** Counts the runs of this process since its start. */
@Injectable()
export class JobCounters {
  private readonly counts = new Map<string, Map<JobOutcome, number>>();

  add(job: string, outcome: JobOutcome): void {
    const ofJob = this.counts.get(job) ?? new Map<JobOutcome, number>();
    this.counts.set(job, ofJob.set(outcome, (ofJob.get(outcome) ?? 0) + 1));
  }

  get all(): { job: string; outcome: JobOutcome; count: number }[] {
    return [...this.counts].flatMap(([job, ofJob]) =>
      [...ofJob].map(([outcome, count]) => ({ job, outcome, count })),
    );
  }
}
