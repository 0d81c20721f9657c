import type { SubscriptionStatus } from '../subscriptions/subscription-state.js';

type Scalar = string | number | boolean | null;
export type Scalars = Readonly<Record<string, Scalar>>;

/** Whom a customer at Stripe stands for, as far as Stripe knows. Never an e-mail address: its SHA-256. */
export interface CustomerHints {
  userId: string | null;
  organizationId: string | null;
  /** SHA-256 (hex) of the folded address. */
  emailHash: string | null;
}

/** What Stripe says of one of its subscriptions. Moments are Unix seconds; null: not said. */
export interface StripeSubscriptionFields {
  status: SubscriptionStatus;
  startedAt: number | null;
  periodStart: number | null;
  periodEnd: number | null;
  anchor: number | null;
  trialEnd: number | null;
  canceledAt: number | null;
  cancelAtPeriodEnd: boolean;
  /** Codes that may name a plan of ours: the price's `lookup_key`, then `metadata.plan_code`. */
  planCodes: readonly string[];
  /** In the minor unit of its currency. */
  unitAmount: number | null;
  currency: string | null;
  interval: 'month' | 'year' | null;
}

/** One event, reduced to what is needed of it: no name, no address, no card. */
export interface StripeFact {
  eventId: string;
  type: string;
  /** Unix seconds. Several events of one object may have the same. */
  createdAt: number;
  objectId: string;
  customerId: string;
  phase: 'created' | 'updated' | 'deleted';
  /** Fields of the object after the event, and those that it had before it, where the event changed them. */
  after: Scalars;
  before: Scalars;
  hints: CustomerHints;
  /** Null for events that are about no subscription. */
  subscription: StripeSubscriptionFields | null;
}
