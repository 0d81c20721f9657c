import type { SubscriptionStatus } from '../subscriptions/subscription-state.js';

/** The states of a subscription at Stripe (API reference, Subscription object), and the corresponding states here. */
const BY_STRIPE: Readonly<Record<string, SubscriptionStatus>> = {
  trialing: 'trialing',
  active: 'active',
  past_due: 'past_due',
  // Every attempt to collect has failed; the invoices stay open.
  unpaid: 'past_due',
  paused: 'paused',
  canceled: 'canceled',
  incomplete: 'incomplete',
  // The first payment did not arrive within 23 hours, so the subscription has never begun.
  incomplete_expired: 'canceled',
};

/** Null for a state that this version does not know. */
export const statusOfStripe = (status: string): SubscriptionStatus | null =>
  Object.hasOwn(BY_STRIPE, status) ? (BY_STRIPE[status] ?? null) : null;
