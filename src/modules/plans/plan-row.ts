import { Money } from '../../common/money/money.js';
import type { Plan } from './plan.js';

/** A row of `plans` as a plan. */
export const planOf = ({
  price,
  currency,
  ...row
}: Omit<Plan, 'price'> & { price: string; currency: string }): Plan => ({
  ...row,
  price: Money.ofDecimal(price, currency),
});
