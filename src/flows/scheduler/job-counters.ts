import { Injectable } from '@nestjs/common';

/** How a run ended. `deferred`: a store could not be reached. `lost`: the job was cancelled, replaced or taken over. */
export const JOB_OUTCOMES = ['succeeded', 'failed', 'deferred', 'lost'] as const;
export type JobOutcome = (typeof JOB_OUTCOMES)[number];

/** What this process has run since its start. */
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
