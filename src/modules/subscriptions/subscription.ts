import type { Money } from '../../common/money/money.js';
import type { PlanInterval } from '../plans/plan.js';
import type { SubscriptionStatus } from './subscription-state.js';

/** What a subscription costs in its current period, and what comes next. */
export interface SubscriptionTerms {
  planId: string;
  planCode: string;
  /** Of the current period, whatever the plan costs meanwhile. */
  price: Money;
  interval: PlanInterval;
}

/** The part of a subscription that time changes. */
export interface SubscriptionCourse extends SubscriptionTerms {
  status: SubscriptionStatus;
  /** Every period's beginning is counted from here. */
  anchor: Date;
  currentPeriodStart: Date;
  currentPeriodEnd: Date;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: Date | null;
  /** The plan from the next period on, where it is another one. */
  pendingPlanId: string | null;
  pendingPlanCode: string | null;
}

/** One account's subscription in one organisation. */
export interface Subscription extends SubscriptionCourse {
  id: string;
  organizationId: string;
  userId: string;
  /** Of the account, for the activity log. */
  userEmail: string;
  stripeCustomerId: string | null;
  /** Set: Stripe decides its state, and nothing here does. */
  stripeSubscriptionId: string | null;
  createdAt: Date;
  updatedAt: Date;
}
