import type { SubscriptionCourse } from './subscription.js';

/** Whether two courses are equal in everything that is stored. */
export function isSameCourse(a: SubscriptionCourse, b: SubscriptionCourse): boolean {
  const shown = (course: SubscriptionCourse) => {
    const { planId, status, price, interval, anchor, currentPeriodStart, currentPeriodEnd } = course;
    const { trialEnd, cancelAtPeriodEnd, canceledAt, pendingPlanId } = course;
    const terms = [planId, price.toString(), price.currency, interval, pendingPlanId];
    return JSON.stringify([
      ...terms,
      status,
      anchor,
      currentPeriodStart,
      currentPeriodEnd,
      trialEnd,
      cancelAtPeriodEnd,
      canceledAt,
    ]);
  };
  return shown(a) === shown(b);
}
