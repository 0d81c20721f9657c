import { Injectable } from '@nestjs/common';

import type { Money } from '../../common/money/money.js';
import type { Principal } from '../../common/http/principal.js';
import type { Tx } from '../../stores/postgres/postgres.js';
import { PlanUnavailable } from '../plans/plans.errors.js';
import { PlansReadModel } from '../plans/plans.pg.read-model.js';
import { Ledger } from '../transactions/ledger.js';
import type { Proration } from './proration.js';
import type { Subscription, SubscriptionTerms } from './subscription.js';
import { changedNow, changingAtPeriodEnd, termsOf } from './subscription-course.js';
import type { Outcome } from './subscription-outcome.js';
import { CurrencyDiffers } from './subscriptions.errors.js';

/** The `transaction_type` of the credit and the charge of a plan change. */
export const PRORATION_TYPES = { credit: 'proration_credit', charge: 'proration_charge' } as const;

/** Changes the plan of a locked subscription, within the transaction that locked it. */
@Injectable()
export class PlanChanges {
  constructor(
    private readonly plans: PlansReadModel,
    private readonly ledger: Ledger,
  ) {}

  /**
   * Adds the credit and the charge as two transactions of its user. Changing to the present plan costs nothing, so a
   * repeated request charges once. Throws `PlanUnavailable`, `CurrencyDiffers`.
   */
  async now(tx: Tx, actor: Principal, current: Subscription, planCode: string, now: Date): Promise<Outcome> {
    const terms = await this.terms(tx, current, planCode);
    if (terms.planId === current.planId) return this.keeping(current, terms);
    const { course, proration } = changedNow(current, terms, now);
    if (proration) await this.ledger.add(tx, actor, linesOf(current, terms, proration));
    return { course, event: 'subscription.changed' };
  }

  /** Throws `PlanUnavailable`, `CurrencyDiffers`. */
  async atPeriodEnd(tx: Tx, current: Subscription, planCode: string): Promise<Outcome> {
    const terms = await this.terms(tx, current, planCode);
    if (terms.planId === current.planId) return this.keeping(current, terms);
    if (terms.planId === current.pendingPlanId) return null;
    return { course: changingAtPeriodEnd(current, terms), event: 'subscription.change_scheduled' };
  }

  /** The subscription keeps its plan, so a scheduled change is cancelled. */
  private keeping(current: Subscription, terms: SubscriptionTerms): Outcome {
    if (current.pendingPlanId === null) return null;
    return { course: changingAtPeriodEnd(current, terms), event: 'subscription.change_scheduled' };
  }

  private async terms(tx: Tx, current: Subscription, planCode: string): Promise<SubscriptionTerms> {
    const plan = await this.plans.findForSale(tx, planCode);
    if (!plan) throw new PlanUnavailable('plan_code', 'unknown');
    if (!plan.isActive && plan.id !== current.planId) throw new PlanUnavailable('plan_code', 'inactive');
    if (plan.price.currency !== current.price.currency) {
      throw new CurrencyDiffers(current.price.currency, plan.price.currency);
    }
    return termsOf(plan);
  }
}

/** An amount of zero creates no transaction, because a ledger has no lines of zero. */
function linesOf(current: Subscription, terms: SubscriptionTerms, { credit, charge }: Proration) {
  const line = (amount: Money, transactionType: string, planCode: string) => ({
    organizationId: current.organizationId,
    userId: current.userId,
    amount,
    transactionType,
    metadata: { subscription_id: current.id, plan_code: planCode },
    reversalOf: null,
  });
  return [
    line(credit, PRORATION_TYPES.credit, current.planCode),
    line(charge, PRORATION_TYPES.charge, terms.planCode),
  ].filter(({ amount }) => !amount.isZero);
}
