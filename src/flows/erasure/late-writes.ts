import { Injectable } from '@nestjs/common';

import { Clock } from '../../common/time/clock.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { Scheduler } from '../scheduler/scheduler.js';
import { type Deleted, REMOVE_LATE_WRITES } from './remove-late-writes.job.js';

/**
 * How long after the deletion late writes are removed: once every request has ended that began before it, and again
 * once the longest job has.
 */
const PASSES = { requests: 120_000, jobs: 2 * 3_600_000 } as const;

/**
 * Removes what arrives in MongoDB after its organisation or account was deleted there: a document that waited in the
 * spool or in the outbox while MongoDB was away, or that a request was writing. Call it in the transaction of the
 * deletion.
 */
@Injectable()
export class LateWrites {
  constructor(
    private readonly scheduler: Scheduler,
    private readonly clock: Clock,
  ) {}

  /** Also cancels what is scheduled for the organisation. */
  async ofOrganization(tx: Tx, id: string): Promise<void> {
    await this.scheduler.cancelAll(tx, id);
    await this.schedule(tx, id, { type: 'organization.deleted', orgIds: [id] });
  }

  /** `orgIds`: every organisation that the account belongs to. */
  ofAccount(tx: Tx, id: string, orgIds: readonly string[]): Promise<void> {
    return this.schedule(tx, id, { type: 'user.deleted', orgIds: [...orgIds] });
  }

  private async schedule(tx: Tx, id: string, payload: Deleted): Promise<void> {
    const now = this.clock.now().getTime();
    for (const [key, afterMs] of Object.entries(PASSES)) {
      const at = new Date(now + afterMs);
      // Under the deleted id, because the deletion of an organisation cancels the jobs under its own.
      await this.scheduler.at(tx, { job: REMOVE_LATE_WRITES, orgId: id, key, at, payload });
    }
  }
}
