import { Injectable } from '@nestjs/common';

import { Scheduler } from '../../flows/scheduler/scheduler.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import type { Subscription } from './subscription.js';
import { nextStatus } from './subscription-state.js';

/** The job that carries out the due steps of a subscription. */
export const DUE_JOB = 'subscriptions.due';

/** Schedules the next step of a subscription: at the end of its period. */
@Injectable()
export class SubscriptionSchedule {
  constructor(private readonly scheduler: Scheduler) {}

  /**
   * Call it after each change of a subscription, within its transaction. Stripe ends and renews its own subscriptions.
   */
  async follow(tx: Tx, subscription: Subscription): Promise<void> {
    const { organizationId: orgId, id: key, status, stripeSubscriptionId, currentPeriodEnd } = subscription;
    const isDueSometime = stripeSubscriptionId === null && nextStatus(status, 'reach_cancel') !== null;
    if (isDueSometime) await this.scheduler.at(tx, { job: DUE_JOB, orgId, key, at: currentPeriodEnd });
    else await this.scheduler.cancel(tx, { job: DUE_JOB, orgId, key });
  }
}
