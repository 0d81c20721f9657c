import { Injectable } from '@nestjs/common';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import type { JobRef } from './scheduled-job.js';
import { ScheduledJobs } from './scheduled-jobs.pg.repository.js';

/**
 * The run does not own its job any more: it was cancelled or replaced, or its lease ended and another process took it.
 */
export class JobTakenOver extends Error {}

/** A leased occurrence whose effect and removal are going to be one transaction. */
export interface Occurrence extends JobRef {
  id: string;
}

/**
 * Transactions that contain both a job's effect and its removal. The removal comes last, so that the locks are taken
 * in the same order as in every other transaction: the record's first. It comes earlier if the handler schedules or
 * cancels the same job itself.
 */
@Injectable()
export class JobTransactions {
  private readonly open = new WeakMap<Tx, Occurrence>();

  constructor(
    private readonly postgres: Postgres,
    private readonly rows: ScheduledJobs,
    private readonly owner: LeaseOwner,
  ) {}

  /**
   * Throws `JobTakenOver`, after which nothing was changed. `limitMs` limits each statement and each pause between
   * two.
   */
  run(occurrence: Occurrence, limitMs: number, effect: (tx: Tx) => Promise<void>): Promise<void> {
    return this.postgres.transaction(async (tx) => {
      this.open.set(tx, occurrence);
      await this.rows.limit(tx, limitMs);
      await effect(tx);
      if (this.open.has(tx)) await this.remove(tx, occurrence);
    });
  }

  /** True if `tx` is the run of this very job, which is then removed. Throws `JobTakenOver`. */
  async removeOwn(tx: Tx, { job, orgId, key }: JobRef): Promise<boolean> {
    const own = this.open.get(tx);
    if (own?.job !== job || own.orgId !== orgId || own.key !== key) return false;
    await this.remove(tx, own);
    return true;
  }

  private async remove(tx: Tx, { id, job }: Occurrence): Promise<void> {
    this.open.delete(tx);
    if (!(await this.rows.finish(tx, id, this.owner.id))) throw new JobTakenOver(job);
  }
}
