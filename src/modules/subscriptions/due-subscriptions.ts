import { Injectable } from '@nestjs/common';

import { Outbox } from '../../flows/outbox/outbox.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { PlansReadModel } from '../plans/plans.pg.read-model.js';
import { type DueStep, dueSteps } from './due-steps.js';
import type { Subscription } from './subscription.js';
import { termsOf } from './subscription-course.js';
import { SubscriptionSchedule } from './subscription-schedule.js';
import { BY_TIME, subscriptionEvent, type SubscriptionEvent } from './subscriptions.events.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

const EVENTS: Readonly<Record<DueStep['transition'], SubscriptionEvent>> = {
  end_trial: 'subscription.trial_ended',
  renew: 'subscription.renewed',
  reach_cancel: 'subscription.canceled',
};

/** Carries out the due steps of a subscription: the end of a trial, of a period, a scheduled cancellation. */
@Injectable()
export class DueSubscriptions {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly plans: PlansReadModel,
    private readonly schedule: SubscriptionSchedule,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Part of a transaction that locked `subscription`. Carries out everything that is due until `now`, each step with
   * its event. Returns the subscription after it. Leaves Stripe's subscriptions alone.
   */
  async settle(tx: Tx, subscription: Subscription, now: Date): Promise<Subscription> {
    if (subscription.stripeSubscriptionId !== null || subscription.currentPeriodEnd > now)
      return subscription;
    const plan = await this.plans.findForSale(tx, subscription.pendingPlanCode ?? subscription.planCode);
    if (!plan) throw new Error('The plan of a subscription disappeared');
    const steps = dueSteps(subscription, termsOf(plan), now);
    const last = steps.at(-1);
    if (!last) return subscription;
    const { organizationId, id } = subscription;
    const settled = await this.subscriptions.save(tx, organizationId, id, last.after);
    await this.schedule.follow(tx, settled);
    await this.outbox.add(
      tx,
      ...steps.map(({ transition, after }) =>
        subscriptionEvent(BY_TIME, EVENTS[transition], { ...settled, ...after }),
      ),
    );
    return settled;
  }

  /** Call it after a change that may have moved the end of the period, or made it the last one. */
  reschedule(tx: Tx, subscription: Subscription): Promise<void> {
    return this.schedule.follow(tx, subscription);
  }
}
