import type { Money } from '../../common/money/money.js';
import type { PlanInterval } from '../plans/plan.js';
import type { SubscriptionStatus } from './subscription-state.js';

/** The price of a subscription in its current period, and what comes next. */
export interface SubscriptionTerms {
  planId: string;
  planCode: string;
  /** The price of the current period, even if the plan's price changes meanwhile. */
  price: Money;
  interval: PlanInterval;
}

/** The part of a subscription that time changes. */
export interface SubscriptionCourse extends SubscriptionTerms {
  status: SubscriptionStatus;
  /** The beginning of every period is computed from here. */
  anchor: Date;
  currentPeriodStart: Date;
  currentPeriodEnd: Date;
  trialEnd: Date | null;
  cancelAtPeriodEnd: boolean;
  canceledAt: Date | null;
  /** The plan from the next period on, if it differs. */
  pendingPlanId: string | null;
  pendingPlanCode: string | null;
}

/** One account's subscription in one organisation. */
export interface Subscription extends SubscriptionCourse {
  id: string;
  organizationId: string;
  userId: string;
  /** The account's address, for the activity log. */
  userEmail: string;
  stripeCustomerId: string | null;
  /** If set, Stripe alone decides the state. */
  stripeSubscriptionId: string | null;
  createdAt: Date;
  updatedAt: Date;
}
