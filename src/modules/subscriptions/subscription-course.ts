import type { Plan } from '../plans/plan.js';
import { periodStart, toSecond } from './billing-period.js';
import { type Proration, prorate, prorateRestart } from './proration.js';
import type { SubscriptionCourse, SubscriptionTerms } from './subscription.js';

const DAY_MS = 86_400_000;

/** The present terms of a plan. */
export const termsOf = ({ id, code, price, interval }: Plan): SubscriptionTerms => ({
  planId: id,
  planCode: code,
  price,
  interval,
});

/** A new subscription: active from its first second, or with a trial of some days. */
export function begunAt(terms: SubscriptionTerms, now: Date, trialDays: number): SubscriptionCourse {
  const start = toSecond(now);
  const trialEnd = trialDays > 0 ? new Date(start.getTime() + trialDays * DAY_MS) : null;
  return {
    ...terms,
    status: trialEnd ? 'trialing' : 'active',
    // Paid periods are counted from the end of the trial.
    anchor: trialEnd ?? start,
    currentPeriodStart: start,
    currentPeriodEnd: trialEnd ?? periodStart(start, terms.interval, 1),
    trialEnd,
    cancelAtPeriodEnd: false,
    canceledAt: null,
    pendingPlanId: null,
    pendingPlanCode: null,
  };
}

/**
 * Another plan from this second on. A trial continues with the new plan and costs nothing. With another interval, a
 * new period begins. Otherwise the period ends as before.
 */
export function changedNow(
  course: SubscriptionCourse,
  terms: SubscriptionTerms,
  now: Date,
): { course: SubscriptionCourse; proration: Proration | null } {
  const at = toSecond(now);
  const changed = { ...course, ...terms, pendingPlanId: null, pendingPlanCode: null };
  if (course.status === 'trialing') return { course: changed, proration: null };
  const period = { start: course.currentPeriodStart, end: course.currentPeriodEnd };
  if (terms.interval === course.interval) {
    return { course: changed, proration: prorate(course.price, terms.price, period, at) };
  }
  return {
    course: {
      ...changed,
      anchor: at,
      currentPeriodStart: at,
      currentPeriodEnd: periodStart(at, terms.interval, 1),
    },
    proration: prorateRestart(course.price, terms.price, period, at),
  };
}

/** Another plan from the next period on. Changing to the present plan undoes that. */
export const changingAtPeriodEnd = (
  course: SubscriptionCourse,
  { planId, planCode }: SubscriptionTerms,
): SubscriptionCourse =>
  planId === course.planId
    ? { ...course, pendingPlanId: null, pendingPlanCode: null }
    : { ...course, pendingPlanId: planId, pendingPlanCode: planCode };

/** Cancelled at once, so nothing that was scheduled happens any more. */
export const canceledAt = (course: SubscriptionCourse, at: Date): SubscriptionCourse => ({
  ...course,
  status: 'canceled',
  canceledAt: at,
  cancelAtPeriodEnd: false,
  pendingPlanId: null,
  pendingPlanCode: null,
});
