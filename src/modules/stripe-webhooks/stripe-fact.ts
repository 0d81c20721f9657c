import type { SubscriptionStatus } from '../subscriptions/subscription-state.js';

type Scalar = string | number | boolean | null;
export type Scalars = Readonly<Record<string, Scalar>>;

/** What Stripe knows about the account of a customer. Never an e-mail address, only its SHA-256. */
export interface CustomerHints {
  userId: string | null;
  organizationId: string | null;
  /** SHA-256 (hex) of the folded address. */
  emailHash: string | null;
}

/** The fields of a subscription in Stripe's event. Moments are Unix seconds. Null: not contained. */
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

/** One event, reduced to the necessary fields: no name, no address, no card. */
export interface StripeFact {
  eventId: string;
  type: string;
  /** Unix seconds. Several events of one object may have the same value. */
  createdAt: number;
  objectId: string;
  customerId: string;
  phase: 'created' | 'updated' | 'deleted';
  /** Fields of the object after the event, and the former values of those that the event changed. */
  after: Scalars;
  before: Scalars;
  hints: CustomerHints;
  /** Null for events that are not about a subscription. */
  subscription: StripeSubscriptionFields | null;
}
