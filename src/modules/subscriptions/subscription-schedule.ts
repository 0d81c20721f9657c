import { Injectable } from '@nestjs/common';

import { Scheduler } from '../../flows/scheduler/scheduler.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { Subscription } from './subscription.js';
import { nextStatus } from './subscription-state.js';

/** The job that carries out what is due of a subscription. */
export const DUE_JOB = 'subscriptions.due';

/** When a subscription is looked at next: at the end of its period. */
@Injectable()
export class SubscriptionSchedule {
  constructor(private readonly scheduler: Scheduler) {}

  /** After each change of a subscription, within its transaction. Stripe's subscriptions are Stripe's to end and renew. */
  async follow(tx: Tx, subscription: Subscription): Promise<void> {
    const { organizationId: orgId, id: key, status, stripeSubscriptionId, currentPeriodEnd } = subscription;
    const isDueSometime = stripeSubscriptionId === null && nextStatus(status, 'reach_cancel') !== null;
    if (isDueSometime) await this.scheduler.at(tx, { job: DUE_JOB, orgId, key, at: currentPeriodEnd });
    else await this.scheduler.cancel(tx, { job: DUE_JOB, orgId, key });
  }
}
