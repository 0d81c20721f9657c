import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { DueSubscriptions } from './due-subscriptions.js';
import { PlanChanges } from './plan-changes.js';
import type { Subscription } from './subscription.js';
import { canceledAt } from './subscription-course.js';
import type { Outcome } from './subscription-outcome.js';
import { nextStatus, resumedStatus, type Transition } from './subscription-state.js';
import type { ChangeSubscriptionDto } from './subscriptions.dto.js';
import { IllegalTransition, ManagedByStripe, NothingToResume } from './subscriptions.errors.js';
import { subscriptionEvent } from './subscriptions.events.js';
import { SubscriptionsRepository } from './subscriptions.pg.repository.js';
import { canChangeSubscription, canReadSubscription, canSubscribe } from './subscriptions.policy.js';
import { subscriptionNotFound } from './subscriptions.service.js';

/**
 * Change, cancel, pause and resume. Each throws `NotFound`, `ManagedByStripe`, and the errors that its own comment
 * names.
 */
@Injectable()
export class SubscriptionChangesService {
  constructor(
    private readonly postgres: Postgres,
    private readonly subscriptions: SubscriptionsRepository,
    private readonly due: DueSubscriptions,
    private readonly planChanges: PlanChanges,
    private readonly clock: Clock,
    private readonly outbox: Outbox,
  ) {}

  /** Throws `PlanUnavailable`, `CurrencyDiffers`, `IllegalTransition`. */
  change(actor: Principal, id: string, { plan_code, when }: ChangeSubscriptionDto): Promise<Subscription> {
    return this.apply(actor, id, (current, now, tx) => {
      assertLegal(current, 'change', 'change its plan');
      return when === 'now'
        ? this.planChanges.now(tx, actor, current, plan_code, now)
        : this.planChanges.atPeriodEnd(tx, current, plan_code);
    });
  }

  /** Throws `IllegalTransition`. */
  cancel(actor: Principal, id: string, isAtPeriodEnd: boolean): Promise<Subscription> {
    return this.apply(actor, id, (current, now) => {
      assertLegal(current, isAtPeriodEnd ? 'schedule_cancel' : 'cancel', 'be canceled');
      if (!isAtPeriodEnd) return { course: canceledAt(current, now), event: 'subscription.canceled' };
      if (current.cancelAtPeriodEnd) return null;
      return { course: { ...current, cancelAtPeriodEnd: true }, event: 'subscription.cancel_scheduled' };
    });
  }

  /** While it is paused, periods continue by the calendar, but its limits do not apply. Throws `IllegalTransition`. */
  pause(actor: Principal, id: string): Promise<Subscription> {
    return this.apply(actor, id, (current) => {
      const status = assertLegal(current, 'pause', 'be paused');
      return { course: { ...current, status }, event: 'subscription.paused' };
    });
  }

  /** Undoes a pause and a scheduled cancellation. Throws `NothingToResume`. */
  resume(actor: Principal, id: string): Promise<Subscription> {
    return this.apply(actor, id, (current) => {
      const status = resumedStatus(current.status, current.cancelAtPeriodEnd);
      if (!status) throw new NothingToResume();
      return { course: { ...current, status, cancelAtPeriodEnd: false }, event: 'subscription.resumed' };
    });
  }

  /** One change at a time, on the present subscription. Due steps are carried out before it. */
  private apply(
    actor: Principal,
    id: string,
    decide: (current: Subscription, now: Date, tx: Tx) => Promise<Outcome> | Outcome,
  ): Promise<Subscription> {
    assertCan(canSubscribe(actor));
    return this.postgres.transaction(async (tx) => {
      const locked = isId(id) ? await this.subscriptions.findForUpdate(tx, actor.orgId, id) : null;
      if (!locked || !canReadSubscription(actor, locked)) throw subscriptionNotFound();
      assertCan(canChangeSubscription(actor, locked));
      if (locked.stripeSubscriptionId !== null) throw new ManagedByStripe();
      const now = this.clock.now();
      const current = await this.due.settle(tx, locked, now);
      const outcome = await decide(current, now, tx);
      if (!outcome) return current;
      const changed = await this.subscriptions.save(tx, actor.orgId, id, outcome.course);
      await this.due.reschedule(tx, changed);
      await this.outbox.add(tx, subscriptionEvent(actor, outcome.event, changed));
      return changed;
    });
  }
}

function assertLegal(current: Subscription, transition: Transition, action: string): Subscription['status'] {
  const status = nextStatus(current.status, transition);
  if (!status) throw new IllegalTransition(current.status, action);
  return status;
}
