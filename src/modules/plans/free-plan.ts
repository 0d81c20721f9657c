import { Money } from '../../common/money/money.js';
import type { NewPlan } from './plan.js';

/**
 * The plan of an account without a subscription: the one in the database, which an operator may change, or this one if
 * none was seeded.
 */
export const FREE_PLAN = {
  code: 'free',
  name: 'Free',
  price: Money.ofMinor(0n, 'USD'),
  interval: 'month',
  entryLimit: 100,
  limits: {},
  isActive: true,
} as const satisfies Omit<NewPlan, 'id'>;

/** The plans of the demonstration data. */
export const DEMO_PLANS: readonly Omit<NewPlan, 'id'>[] = [
  FREE_PLAN,
  {
    code: 'pro',
    name: 'Pro',
    price: Money.ofMinor(999n, 'USD'),
    interval: 'month',
    entryLimit: 10_000,
    limits: { projects: 20 },
    isActive: true,
  },
  {
    code: 'pro-yearly',
    name: 'Pro, by the year',
    price: Money.ofMinor(9_990n, 'USD'),
    interval: 'year',
    entryLimit: 10_000,
    limits: { projects: 20 },
    isActive: true,
  },
  {
    code: 'unlimited',
    name: 'Unlimited',
    price: Money.ofMinor(2_999n, 'USD'),
    interval: 'month',
    entryLimit: null,
    limits: { projects: null },
    isActive: true,
  },
];
