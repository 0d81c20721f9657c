import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Clock } from '../../common/time/clock.js';
import { type DueJob, ScheduledJob, type TransactionalJob } from '../../flows/scheduler/scheduled-job.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { DueSubscriptions } from './due-subscriptions.js';
import { DUE_JOB, SubscriptionSchedule } from './subscription-schedule.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

/** Carries out the end of a trial or period, or a scheduled cancellation, and schedules the next step. */
@Injectable()
@ScheduledJob()
export class SubscriptionDueJob implements TransactionalJob<undefined> {
  readonly kind = 'transactional';
  readonly name = DUE_JOB;
  readonly payload = z.undefined();

  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly due: DueSubscriptions,
    private readonly schedule: SubscriptionSchedule,
    private readonly clock: Clock,
  ) {}

  /** The subscription may have changed since, or been deleted. Carries out what is due now, if anything. */
  async run(tx: Tx, { orgId, key, dueAt }: DueJob<undefined>): Promise<void> {
    const subscription = await this.subscriptions.findForUpdate(tx, orgId, key);
    if (!subscription) return;
    // The job was due by PostgreSQL's clock. The clock of this process may be behind it.
    const now = this.clock.now();
    const settled = await this.due.settle(tx, subscription, now < dueAt ? dueAt : now);
    // Nothing was due yet. This job is removed with its run, so the next one has to be scheduled.
    if (settled === subscription) await this.schedule.follow(tx, subscription);
  }
}
