import type { Money } from '../../common/money/money.js';

export const PLAN_INTERVALS = ['month', 'year'] as const;
export type PlanInterval = (typeof PLAN_INTERVALS)[number];

/** The limits of a plan besides entries. The operator chooses their names. */
export type PlanLimits = Readonly<Record<string, number | boolean | string | null>>;

/** A plan to subscribe to. Plans belong to the platform, not to an organisation. */
export interface Plan {
  id: string;
  code: string;
  name: string;
  price: Money;
  interval: PlanInterval;
  /** How many entries a subscriber may have. Null: any number. */
  entryLimit: number | null;
  limits: PlanLimits;
  /** Whether new subscriptions are possible. Existing subscribers keep the plan. */
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export type NewPlan = Omit<Plan, 'createdAt' | 'updatedAt'>;
