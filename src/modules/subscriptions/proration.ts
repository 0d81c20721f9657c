import type { Money } from '../../common/money/money.js';
import type { BillingPeriod } from './billing-period.js';

/** The cost of a change in the middle of a period. `credit` is negative or zero, `charge` positive or zero. */
export interface Proration {
  credit: Money;
  charge: Money;
}

/**
 * The unused part of the old price is credited, and the same part of the new price is charged. Both are exact to the
 * second and rounded half to even to the minor unit. The used part is the old price less the credit, so nothing is
 * paid twice or lost.
 */
export function prorate(oldPrice: Money, newPrice: Money, period: BillingPeriod, at: Date): Proration {
  const whole = seconds(period.start, period.end);
  const left = seconds(at, period.end);
  const unused = left < 0n ? 0n : left > whole ? whole : left;
  return { credit: oldPrice.share(unused, whole).negated, charge: newPrice.share(unused, whole) };
}

/**
 * For a change that begins a new period: the unused part of the old one is credited, and the new one is charged in
 * full.
 */
export function prorateRestart(oldPrice: Money, newPrice: Money, period: BillingPeriod, at: Date): Proration {
  return { credit: prorate(oldPrice, newPrice, period, at).credit, charge: newPrice };
}

const seconds = (from: Date, to: Date): bigint =>
  BigInt(Math.floor(to.getTime() / 1_000) - Math.floor(from.getTime() / 1_000));
