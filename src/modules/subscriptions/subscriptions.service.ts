import { Injectable } from '@nestjs/common';

import { NotFound } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId, newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { PlanUnavailable } from '../plans/plans.errors.js';
import { PlansReadModel } from '../plans/plans.pg.read-model.js';
import type { Subscription } from './subscription.js';
import { begunAt, termsOf } from './subscription-course.js';
import { SubscriptionSchedule } from './subscription-schedule.js';
import type { SubscribeDto } from './subscriptions.dto.js';
import { subscriptionEvent } from './subscriptions.events.js';
import { type SubscriptionFilter, SubscriptionsRepository } from './subscriptions.pg.repository.js';
import {
  canListSubscriptions,
  canReadSubscription,
  canSubscribe,
  visibleOwner,
} from './subscriptions.policy.js';

/** The subscriptions of one organisation. `SubscriptionChangesService` changes them. */
@Injectable()
export class SubscriptionsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly plans: PlansReadModel,
    private readonly schedule: SubscriptionSchedule,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** For the caller. Throws `PlanUnavailable`, `AlreadySubscribed`. */
  subscribe(actor: Principal, input: SubscribeDto): Promise<Subscription> {
    assertCan(canSubscribe(actor));
    return this.postgres.transaction(async (tx) => {
      const plan = await this.plans.findForSale(tx, input.plan_code);
      if (!plan?.isActive) throw new PlanUnavailable('plan_code', plan ? 'inactive' : 'unknown');
      const owner = {
        organizationId: actor.orgId,
        userId: actor.userId,
        stripeCustomerId: null,
        stripeSubscriptionId: null,
      };
      const course = begunAt(termsOf(plan), this.clock.now(), input.trial_days);
      const created = await this.subscriptions.insert(tx, newId(), owner, course);
      await this.schedule.follow(tx, created);
      await this.outbox.add(tx, subscriptionEvent(actor, 'subscription.created', created));
      return created;
    });
  }

  /** Throws `NotFound`, also if the caller may not see it. */
  async get(actor: Principal, id: string): Promise<Subscription> {
    assertCan(canListSubscriptions(actor));
    const subscription = isId(id) ? await this.subscriptions.find(actor.orgId, id) : null;
    if (!subscription || !canReadSubscription(actor, subscription)) throw subscriptionNotFound();
    return subscription;
  }

  /** Newest first, and one more than `limit` if it exists. */
  async list(
    actor: Principal,
    filter: SubscriptionFilter,
    limit: number,
    beforeId: string | null,
  ): Promise<Subscription[]> {
    assertCan(canListSubscriptions(actor));
    const owner = visibleOwner(actor);
    const userId = filter.userId ?? owner ?? undefined;
    const isForeign = owner !== null && userId !== owner;
    if (isForeign || (userId !== undefined && !isId(userId))) return [];
    return this.subscriptions.list(actor.orgId, { ...filter, userId }, limit + 1, beforeId);
  }

  /** The caller's own subscription, which requires no permission. */
  own(actor: Pick<Principal, 'orgId' | 'userId'>): Promise<Subscription | null> {
    return this.subscriptions.findLive(actor.orgId, actor.userId);
  }
}

export const subscriptionNotFound = () => new NotFound('There is no such subscription.');
