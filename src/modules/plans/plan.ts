import type { Money } from '../../common/money/money.js';

export const PLAN_INTERVALS = ['month', 'year'] as const;
export type PlanInterval = (typeof PLAN_INTERVALS)[number];

/** What a plan allows beside entries; the names are the operator's own. */
export type PlanLimits = Readonly<Record<string, number | boolean | string | null>>;

/** What may be subscribed to. Plans belong to the platform, not to an organisation. */
export interface Plan {
  id: string;
  code: string;
  name: string;
  price: Money;
  interval: PlanInterval;
  /** How many entries a subscriber may have; null: any number. */
  entryLimit: number | null;
  limits: PlanLimits;
  /** Whether it can be subscribed to anew. Who has it keeps it. */
  isActive: boolean;
  createdAt: Date;
  updatedAt: Date;
}

export type NewPlan = Omit<Plan, 'createdAt' | 'updatedAt'>;
