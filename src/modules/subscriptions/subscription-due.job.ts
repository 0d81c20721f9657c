import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { Clock } from '../../common/time/clock.js';
import { type DueJob, ScheduledJob, type TransactionalJob } from '../../flows/scheduler/scheduled-job.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { DueSubscriptions } from './due-subscriptions.js';
import { DUE_JOB, SubscriptionSchedule } from './subscription-schedule.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

/** The end of a trial or period, or a scheduled cancel, and the date of the next. */
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

  /** The subscription may have changed since, or be gone: what is due of it now is carried out, if anything is. */
  async run(tx: Tx, { orgId, key, dueAt }: DueJob<undefined>): Promise<void> {
    const subscription = await this.subscriptions.findForUpdate(tx, orgId, key);
    if (!subscription) return;
    // PostgreSQL's clock said that it is due. This process' own may be behind it.
    const now = this.clock.now();
    const settled = await this.due.settle(tx, subscription, now < dueAt ? dueAt : now);
    // Nothing was due yet: this job goes with its run, so the next one has to be there.
    if (settled === subscription) await this.schedule.follow(tx, subscription);
  }
}
