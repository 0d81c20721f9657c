import type { PlanInterval } from '../plans/plan.js';

/** From `start`, inclusive, to `end`, exclusive. Whole seconds of UTC. */
export interface BillingPeriod {
  start: Date;
  end: Date;
}

const MONTHS: Readonly<Record<PlanInterval, number>> = { month: 1, year: 12 };

/** Without milliseconds, because periods and their shares are counted in seconds. */
export const toSecond = (moment: Date): Date => new Date(Math.floor(moment.getTime() / 1_000) * 1_000);

/**
 * The beginning of the `n`th period from the anchor (the 0th begins at it), in UTC. Each is computed from the anchor
 * and not from the period before. So a day that is missing in one month does not shift later periods: 31 January, 28
 * February, 31 March.
 */
export function periodStart(anchor: Date, interval: PlanInterval, n: number): Date {
  const months = anchor.getUTCFullYear() * 12 + anchor.getUTCMonth() + n * MONTHS[interval];
  const start = new Date(anchor);
  // Sets the first day of the month, so that a 31st does not overflow in a month between.
  start.setUTCFullYear(Math.floor(months / 12), months % 12, 1);
  start.setUTCDate(Math.min(anchor.getUTCDate(), daysOfMonth(start)));
  return start;
}

/** The period that contains `moment`. A moment before the anchor belongs to the first one. */
export function periodAt(anchor: Date, interval: PlanInterval, moment: Date): BillingPeriod {
  const months =
    (moment.getUTCFullYear() - anchor.getUTCFullYear()) * 12 + moment.getUTCMonth() - anchor.getUTCMonth();
  let n = Math.max(0, Math.floor(months / MONTHS[interval]));
  // In the month in which a period begins, the moment may still belong to the period before.
  if (n > 0 && periodStart(anchor, interval, n) > moment) n -= 1;
  return { start: periodStart(anchor, interval, n), end: periodStart(anchor, interval, n + 1) };
}

const daysOfMonth = (moment: Date): number =>
  new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth() + 1, 0)).getUTCDate();
