import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { JobTransactions } from './job-transactions.js';
import { Jobs } from './jobs.js';
import type { JobRef, NewJob } from './scheduled-job.js';
import { ScheduledJobs } from './scheduled-jobs.pg.repository.js';

/**
 * Schedules work for a moment, as part of the transaction that makes it necessary. The work is carried out once, at
 * most 5 s late while some worker is running. Call it after the changes of the records, because handlers take the
 * locks in that order too.
 */
@Injectable()
export class Scheduler {
  constructor(
    private readonly jobs: Jobs,
    private readonly rows: ScheduledJobs,
    private readonly runs: JobTransactions,
  ) {}

  /**
   * Replaces what is scheduled under the same name, dead letters included. Throws `ZodError` if its handler refuses
   * the payload.
   */
  async at(tx: Tx, { at, payload, ...ref }: NewJob): Promise<void> {
    this.jobs.keyed(ref.job).payload.parse(payload);
    await this.runs.removeOwn(tx, ref);
    await this.rows.put(tx, { id: newId(), ...ref, dueAt: at, payload });
  }

  /** False if nothing is scheduled under this name: it never was, or the job has run already. */
  async cancel(tx: Tx, ref: JobRef): Promise<boolean> {
    if (await this.runs.removeOwn(tx, ref)) return true;
    return this.rows.delete(tx, ref);
  }

  /** Cancels the jobs of a deleted organisation. Returns how many there were. */
  cancelAll(tx: Tx, orgId: string): Promise<number> {
    return this.rows.deleteAll(tx, orgId);
  }
}
