import { Injectable } from '@nestjs/common';
import { and, eq, isNull, sql } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import type { JobRef } from './scheduled-job.js';
import { scheduledJobs } from './scheduled-jobs.table.js';

/** One occurrence in the form in which it is written. */
export interface JobRow extends JobRef {
  id: string;
  dueAt: Date;
  payload: unknown;
}

/** Changes of the schedule within transactions. */
@Injectable()
export class ScheduledJobs {
  async put(tx: Tx, { id, job, orgId, key, dueAt, payload = null }: JobRow): Promise<void> {
    const occurrence = {
      id,
      payload,
      dueAt,
      availableAt: dueAt,
      leaseOwner: null,
      attempts: 0,
      lastError: null,
      deadAt: null,
      scheduledAt: sql`clock_timestamp()`,
    };
    await tx
      .insert(scheduledJobs)
      .values({ ...occurrence, job, organizationId: orgId, key })
      .onConflictDoUpdate({
        target: [scheduledJobs.organizationId, scheduledJobs.job, scheduledJobs.key],
        targetWhere: sql`organization_id is not null`,
        set: occurrence,
      });
  }

  async delete(tx: Tx, { job, orgId, key }: JobRef): Promise<boolean> {
    const { organizationId } = scheduledJobs;
    const gone = await tx
      .delete(scheduledJobs)
      .where(and(eq(organizationId, orgId), eq(scheduledJobs.job, job), eq(scheduledJobs.key, key)))
      .returning({ id: scheduledJobs.id });
    return gone.length > 0;
  }

  async deleteAll(tx: Tx, orgId: string): Promise<number> {
    const gone = await tx
      .delete(scheduledJobs)
      .where(eq(scheduledJobs.organizationId, orgId))
      .returning({ id: scheduledJobs.id });
    return gone.length;
  }

  /** Limits each statement of `tx`, and each pause between two. */
  async limit(tx: Tx, ms: number): Promise<void> {
    const value = String(ms);
    await tx.execute(sql`
      select set_config('statement_timeout', ${value}, true),
        set_config('idle_in_transaction_session_timeout', ${value}, true)`);
  }

  /** Removes a job that `owner` runs. False if it was cancelled or replaced, or if another process runs it. */
  async finish(tx: Tx, id: string, owner: string): Promise<boolean> {
    const gone = await tx
      .delete(scheduledJobs)
      .where(and(eq(scheduledJobs.id, id), eq(scheduledJobs.leaseOwner, owner), isNull(scheduledJobs.deadAt)))
      .returning({ id: scheduledJobs.id });
    return gone.length > 0;
  }
}
