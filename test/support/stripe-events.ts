import Stripe from 'stripe';

import type { Answer, TestApp } from './test-app.js';

export const STRIPE_SECRET = 'whsec_test_0123456789';

export interface StripeTestEvent {
  id: string;
  object: 'event';
  type: string;
  created: number;
  data: { object: Record<string, unknown>; previous_attributes?: Record<string, unknown> };
}

export const signed = (payload: string, secret = STRIPE_SECRET, timestamp?: number): string =>
  Stripe.webhooks.generateTestHeaderString({
    payload,
    secret,
    ...(timestamp === undefined ? {} : { timestamp }),
  });

/** Sends an event as Stripe does. */
export const sendEvent = (
  t: Pick<TestApp, 'request'>,
  event: object,
  secret = STRIPE_SECRET,
): Promise<Answer> =>
  t.request('POST', '/api/v1/webhooks/stripe', {
    token: null,
    body: event,
    // The body has the same bytes, because it is serialised in the same way.
    headers: { 'stripe-signature': signed(JSON.stringify(event), secret) },
  });

export interface SequenceOptions {
  customerId: string;
  subscriptionId: string;
  userId: string;
  organizationId: string;
  planCode: string;
  /** Seconds between two events; 0: all within one second. */
  apart?: number;
}

const BEGIN = 1_795_000_000;
const MONTH = 30 * 86_400;

/**
 * The events that Stripe sends when a customer subscribes and pays: customer, subscription and invoice, in the order
 * in which they happen.
 */
export function paidSubscription(options: SequenceOptions): StripeTestEvent[] {
  const { customerId, subscriptionId, userId, organizationId, planCode, apart = 1 } = options;
  const customer = {
    id: customerId,
    object: 'customer',
    email: 'somebody@example.com',
    name: 'Some Body',
    metadata: { user_id: userId, organization_id: organizationId },
  };
  const subscription = (status: string) => ({
    id: subscriptionId,
    object: 'subscription',
    customer: customerId,
    status,
    created: BEGIN,
    start_date: BEGIN,
    billing_cycle_anchor: BEGIN,
    cancel_at_period_end: false,
    canceled_at: null,
    trial_end: null,
    metadata: {},
    items: {
      object: 'list',
      data: [
        {
          id: 'si_1',
          current_period_start: BEGIN,
          current_period_end: BEGIN + MONTH,
          price: {
            id: 'price_1',
            lookup_key: planCode,
            metadata: {},
            unit_amount: 1_500,
            currency: 'eur',
            recurring: { interval: 'month' },
          },
        },
      ],
    },
  });
  const invoice = {
    id: `in_${subscriptionId}`,
    object: 'invoice',
    customer: customerId,
    customer_email: 'somebody@example.com',
    status: 'paid',
    parent: { subscription_details: { subscription: subscriptionId } },
  };
  const event = (at: number, type: string, object: object, previous?: object): StripeTestEvent => ({
    id: `evt_${customerId}_${at}`,
    object: 'event',
    type,
    created: BEGIN + at * apart,
    data: { object: { ...object }, ...(previous && { previous_attributes: { ...previous } }) },
  });
  return [
    event(0, 'customer.created', customer),
    event(1, 'customer.subscription.created', subscription('incomplete')),
    event(2, 'invoice.paid', invoice),
    event(3, 'customer.subscription.updated', subscription('active'), { status: 'incomplete' }),
  ];
}

/** Every order of these. */
export function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, at) =>
    permutations(items.filter((_, other) => other !== at)).map((rest) => [item, ...rest]),
  );
}
