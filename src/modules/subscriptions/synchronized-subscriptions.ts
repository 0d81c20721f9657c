import { Injectable } from '@nestjs/common';

import { newId } from '../../common/ids/ids.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { isSameCourse } from './same-course.js';
import type { Subscription, SubscriptionCourse } from './subscription.js';
import { SubscriptionSchedule } from './subscription-schedule.js';
import { BY_TIME, subscriptionEvent } from './subscriptions.events.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';

/** The ids of a subscription at Stripe. */
export interface StripeNames {
  customerId: string;
  subscriptionId: string;
}

interface Owner {
  organizationId: string;
  userId: string;
}

/** Writes the state that Stripe decides. After that nothing here changes it, not even a job. */
@Injectable()
export class SynchronizedSubscriptions {
  constructor(
    private readonly subscriptions: SubscriptionsRepository,
    private readonly schedule: SubscriptionSchedule,
    private readonly outbox: Outbox,
  ) {}

  /** The subscriptions with these ids at Stripe, and the live one of the account, locked until the transaction ends. */
  lock(tx: Tx, owner: Owner, stripeIds: readonly string[]): Promise<Subscription[]> {
    return this.subscriptions.lockForStripe(tx, owner.organizationId, owner.userId, stripeIds);
  }

  /** Updates `row` to Stripe's state, or adds it if there is none. Adds one event if that changes anything. */
  async put(
    tx: Tx,
    owner: Owner,
    row: Subscription | null,
    { customerId, subscriptionId }: StripeNames,
    course: SubscriptionCourse,
  ): Promise<void> {
    const names = { stripeCustomerId: customerId, stripeSubscriptionId: subscriptionId };
    if (!row) {
      const created = await this.subscriptions.insert(tx, newId(), { ...owner, ...names }, course);
      await this.outbox.add(tx, subscriptionEvent(BY_TIME, 'subscription.created', created));
      return;
    }
    const isNamed = row.stripeCustomerId === customerId && row.stripeSubscriptionId === subscriptionId;
    if (isNamed && isSameCourse(row, course)) return;
    const saved = await this.subscriptions.save(tx, row.organizationId, row.id, course, names);
    await this.schedule.follow(tx, saved);
    await this.outbox.add(tx, subscriptionEvent(BY_TIME, 'subscription.synchronized', saved));
  }

  /** Its customer at Stripe is known, but no subscription of that customer yet. */
  async nameCustomer(tx: Tx, row: Subscription, customerId: string): Promise<void> {
    const names = { stripeCustomerId: customerId, stripeSubscriptionId: null };
    const saved = await this.subscriptions.save(tx, row.organizationId, row.id, row, names);
    await this.outbox.add(tx, subscriptionEvent(BY_TIME, 'subscription.synchronized', saved));
  }
}
