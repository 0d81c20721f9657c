import { isSupportedCurrency } from '../../common/money/currencies.js';
import { Money } from '../../common/money/money.js';
import type { Plan } from '../plans/plan.js';
import { periodStart } from '../subscriptions/billing-period.js';
import type { SubscriptionCourse } from '../subscriptions/subscription.js';
import { isLive } from '../subscriptions/subscription-state.js';
import type { DerivedSubscription } from './derived-subscriptions.js';

const MAX_MINOR = 9_999_999_999;
const momentOf = (seconds: number | null): Date | null =>
  seconds === null ? null : new Date(seconds * 1_000);

/**
 * The course of a subscription that Stripe decides. Values that Stripe does not send are taken from the plan, or from
 * the existing row (`row`). Null if no plan is known, neither from Stripe's event nor from an existing subscription.
 */
export function courseFromStripe(
  derived: DerivedSubscription,
  plan: Plan | null,
  row: SubscriptionCourse | null,
): SubscriptionCourse | null {
  const terms = plan
    ? { planId: plan.id, planCode: plan.code, price: plan.price, interval: plan.interval }
    : row && { planId: row.planId, planCode: row.planCode, price: row.price, interval: row.interval };
  if (!terms) return null;
  const interval = derived.interval ?? terms.interval;
  const start =
    momentOf(derived.periodStart) ?? row?.currentPeriodStart ?? new Date(derived.startedAt * 1_000);
  const anchor = momentOf(derived.anchor) ?? start;
  const end = momentOf(derived.periodEnd) ?? row?.currentPeriodEnd ?? periodStart(anchor, interval, 1);
  // An account has one live subscription here, so an older one beside it is shown as ended.
  const isSuperseded = !derived.isRuling && isLive(derived.status);
  const status = isSuperseded ? 'canceled' : derived.status;
  return {
    ...terms,
    price: priceOf(derived) ?? terms.price,
    interval,
    status,
    anchor,
    currentPeriodStart: start,
    currentPeriodEnd: end,
    trialEnd: momentOf(derived.trialEnd),
    cancelAtPeriodEnd: status !== 'canceled' && derived.cancelAtPeriodEnd,
    canceledAt: status === 'canceled' ? (momentOf(derived.canceledAt) ?? start) : null,
    pendingPlanId: null,
    pendingPlanCode: null,
  };
}

function priceOf({ unitAmount, currency }: DerivedSubscription): Money | null {
  if (unitAmount === null || currency === null || !isSupportedCurrency(currency)) return null;
  const money = unitAmount < 0 || unitAmount > MAX_MINOR ? null : Money.ofMinor(BigInt(unitAmount), currency);
  // The column has two decimals, so it can hold fewer yen than cents.
  return money && money.toString().replace(/\..*$/, '').length <= 8 ? money : null;
}
