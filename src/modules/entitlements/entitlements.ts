import type { PlanLimits } from '../plans/plan.js';

/** What an account may do in an organisation, and how much of it is used. */
export interface Entitlements {
  planCode: string;
  /** Null: any number. */
  entryLimit: number | null;
  limits: PlanLimits;
  totalEntries: number;
}
