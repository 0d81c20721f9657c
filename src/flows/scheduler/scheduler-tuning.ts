import { Injectable } from '@nestjs/common';

/** The numbers of the scheduler in one place, so that a test can shorten them. */
@Injectable()
export class SchedulerTuning {
  /** How long a job of a killed process waits for another one: with a poll it stays under the promised 5 s. */
  readonly leaseMs: number = 3_000;
  /** How often the leases of running jobs are prolonged. */
  readonly renewMs: number = 1_000;
  /** How often the next due moment is looked up at least. */
  readonly pollMs: number = 1_000;
  /** The jobs that a process runs at once. */
  readonly slots: number = 8;
  /** How many of them may be of one job, so that a slow one leaves room for the others. */
  readonly slotsOfOne: number = 4;
  /** Unless a handler says otherwise. */
  readonly timeoutMs: number = 60_000;
  /** After so many failures a job that is due once is a dead letter; with the back-off, after some three minutes. */
  readonly maxAttempts: number = 10;
  readonly backOffBaseMs: number = 500;
  readonly backOffLimitMs: number = 60_000;
  /** How long a job waits whose store could not be reached. It does not count as an attempt. */
  readonly deferMs: number = 1_000;
  /** How long a shutdown waits for running jobs. */
  readonly drainMs: number = 4_000;
}
