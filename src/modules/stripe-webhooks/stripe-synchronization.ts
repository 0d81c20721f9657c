import { Injectable } from '@nestjs/common';

import { Config } from '../../config/config.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { PlansReadModel } from '../plans/plans.pg.read-model.js';
import type { Subscription } from '../subscriptions/subscription.js';
import { isLive } from '../subscriptions/subscription-state.js';
import { SynchronizedSubscriptions } from '../subscriptions/synchronized-subscriptions.js';
import { type DerivedSubscription, derivedSubscriptions, hintsOfCustomer } from './derived-subscriptions.js';
import { StripeCustomersRepository, type StripeOwner } from './stripe-customers.pg.repository.js';
import { courseFromStripe } from './stripe-course.js';
import { StripeEventsRepository } from './stripe-events.pg.repository.js';
import { StripeOwnersReadModel } from './stripe-owners.pg.read-model.js';
import type { StripeFact } from './stripe-fact.js';

/**
 * Updates the subscriptions of an account from all known events of its customers. It reads the whole set of events,
 * not only the latest, so that their order cannot matter.
 */
@Injectable()
export class StripeSynchronization {
  constructor(
    private readonly events: StripeEventsRepository,
    private readonly customers: StripeCustomersRepository,
    private readonly owners: StripeOwnersReadModel,
    private readonly plans: PlansReadModel,
    private readonly subscriptions: SynchronizedSubscriptions,
    private readonly config: Config,
  ) {}

  /** Part of a transaction that locked the customer. False: the known events wait for the customer or for a plan. */
  async apply(tx: Tx, customerId: string): Promise<boolean> {
    const owner = await this.ownerOf(tx, customerId);
    if (!owner) return false;
    const customerIds = await this.customers.lockThoseOf(tx, owner);
    const isComplete = await this.synchronize(tx, owner, customerId, customerIds);
    await this.customers.setWaiting(tx, owner, !isComplete);
    return isComplete;
  }

  /** The account of a customer never changes after it was found. */
  private async ownerOf(tx: Tx, customerId: string): Promise<StripeOwner | null> {
    const linked = await this.customers.find(tx, customerId);
    if (linked) return linked;
    const found = await this.search(tx, customerId);
    if (found) await this.customers.link(tx, customerId, found);
    return found;
  }

  private async search(tx: Tx, customerId: string): Promise<StripeOwner | null> {
    const named = await this.owners.bySubscription(tx, customerId);
    if (named) return named;
    const hints = hintsOfCustomer(await this.events.factsOf(tx, [customerId]), customerId);
    for (const hint of hints) {
      const owner = await this.owners.byMetadata(tx, hint);
      if (owner) return owner;
    }
    if (!this.config.isStripeByAddress) return null;
    for (const hint of hints) {
      const owner = await this.owners.byAddress(tx, hint);
      if (owner) return owner;
    }
    return null;
  }

  private async synchronize(
    tx: Tx,
    owner: StripeOwner,
    customerId: string,
    customerIds: readonly string[],
  ): Promise<boolean> {
    const facts = await this.events.factsOf(tx, customerIds);
    const plans = await this.plans.findAll(tx, codesIn(facts));
    const derived = derivedSubscriptions(facts, (code) => plans.has(code));
    const ids = derived.map(({ subscriptionId }) => subscriptionId);
    const rows = await this.subscriptions.lock(tx, owner, ids);
    if (derived.length === 0) await this.nameCustomer(tx, rows, customerId);
    let isComplete = true;
    for (const one of derived) {
      const row = rowOf(one, rows);
      const plan = one.planCode === null ? null : (plans.get(one.planCode) ?? null);
      const course = courseFromStripe(one, plan, row);
      if (course) await this.subscriptions.put(tx, owner, row, one, course);
      else isComplete = false;
    }
    return isComplete;
  }

  /** Only the customer is known so far, so only its name is stored with the account's subscription. */
  private async nameCustomer(tx: Tx, rows: readonly Subscription[], customerId: string): Promise<void> {
    const own = rows.find(isOwn);
    if (own && own.stripeCustomerId !== customerId)
      await this.subscriptions.nameCustomer(tx, own, customerId);
  }
}

/** A live subscription that was created here. Stripe's first subscription of the account replaces it. */
const isOwn = ({ stripeSubscriptionId, status }: Subscription): boolean =>
  stripeSubscriptionId === null && isLive(status);

const rowOf = (derived: DerivedSubscription, rows: readonly Subscription[]): Subscription | null =>
  rows.find(({ stripeSubscriptionId }) => stripeSubscriptionId === derived.subscriptionId) ??
  (derived.isRuling ? (rows.find(isOwn) ?? null) : null);

const codesIn = (facts: readonly StripeFact[]): string[] => [
  ...new Set(facts.flatMap(({ subscription }) => subscription?.planCodes ?? [])),
];
