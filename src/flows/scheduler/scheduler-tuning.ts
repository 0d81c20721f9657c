import { Injectable } from '@nestjs/common';

/** The numbers of the scheduler in one place, so that a test can shorten them. */
@Injectable()
export class SchedulerTuning {
  /**
   * How long a job of a killed process waits for another process. Together with one poll it stays under the promised 5
   * s.
   */
  readonly leaseMs: number = 3_000;
  /** How often the leases of running jobs are prolonged. */
  readonly renewMs: number = 1_000;
  /** The longest pause between two lookups of the next due moment. */
  readonly pollMs: number = 1_000;
  /** How many jobs a process runs at once. */
  readonly slots: number = 8;
  /** How many of those may be of one job, so that a slow job leaves room for the others. */
  readonly slotsOfOne: number = 4;
  /** The default for handlers that set no timeout. */
  readonly timeoutMs: number = 60_000;
  /**
   * After so many failures a job that is due once is a dead letter. With the back-off, that takes some three minutes.
   */
  readonly maxAttempts: number = 10;
  readonly backOffBaseMs: number = 500;
  readonly backOffLimitMs: number = 60_000;
  /** How long a job waits if its store could not be reached. This does not count as an attempt. */
  readonly deferMs: number = 1_000;
  /** How long a shutdown waits for running jobs. */
  readonly drainMs: number = 4_000;
}
