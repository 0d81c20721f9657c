import { Injectable } from '@nestjs/common';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import type { JobRef } from './scheduled-job.js';
import { ScheduledJobs } from './scheduled-jobs.pg.repository.js';

/** A run that lost its job: it was cancelled or replaced meanwhile, or its lease ended and another process took it. */
export class JobTakenOver extends Error {}

/** A leased occurrence whose effect is about to be one transaction with its removal. */
export interface Occurrence extends JobRef {
  id: string;
}

/**
 * Transactions in which a job's effect and its removal are one. The removal comes last, so that the locks are taken in the
 * order of every other transaction, the record's first; or earlier, where the handler schedules or cancels the same job itself.
 */
@Injectable()
export class JobTransactions {
  private readonly open = new WeakMap<Tx, Occurrence>();

  constructor(
    private readonly postgres: Postgres,
    private readonly rows: ScheduledJobs,
    private readonly owner: LeaseOwner,
  ) {}

  /** Throws `JobTakenOver`, after which nothing has happened. `limitMs` bounds each statement and each pause between two. */
  run(occurrence: Occurrence, limitMs: number, effect: (tx: Tx) => Promise<void>): Promise<void> {
    return this.postgres.transaction(async (tx) => {
      this.open.set(tx, occurrence);
      await this.rows.limit(tx, limitMs);
      await effect(tx);
      if (this.open.has(tx)) await this.remove(tx, occurrence);
    });
  }

  /** True where `tx` is the run of this very job, which is removed then. Throws `JobTakenOver`. */
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
