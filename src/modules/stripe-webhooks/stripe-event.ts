import { z } from 'zod';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { foldCase } from '../../common/text/fold-case.js';
import type { CustomerHints, Scalars, StripeFact, StripeSubscriptionFields } from './stripe-fact.js';
import { statusOfStripe } from './stripe-status.js';

const id = z.string().min(1).max(255);
const moment = z.int().nullish();
const anything = z.record(z.string(), z.unknown());

/** The envelope of every event (API reference, Event object). */
export const stripeEvent = z.looseObject({
  id,
  type: z.string().min(1).max(255),
  created: z.int().min(0).max(253_402_300_799),
  data: z.looseObject({ object: anything, previous_attributes: anything.nullish() }),
});
export type StripeEvent = z.infer<typeof stripeEvent>;

const metadata = z.record(z.string(), z.unknown()).nullish().catch(null);
const price = z.looseObject({
  id: z.string().nullish(),
  lookup_key: z.string().nullish(),
  metadata,
  unit_amount: z.int().nullish().catch(null),
  currency: z.string().nullish(),
  recurring: z.looseObject({ interval: z.string() }).nullish().catch(null),
});
const item = z.looseObject({
  price: price.nullish(),
  current_period_start: moment,
  current_period_end: moment,
});

/** Subscriptions of old and new versions of Stripe's API. Since 2025 the item contains the period. */
const subscriptionObject = z.looseObject({
  id,
  status: z.string(),
  created: moment,
  start_date: moment,
  current_period_start: moment,
  current_period_end: moment,
  billing_cycle_anchor: moment,
  trial_end: moment,
  canceled_at: moment,
  ended_at: moment,
  cancel_at_period_end: z.boolean().nullish(),
  metadata,
  items: z.looseObject({ data: z.array(item) }).nullish(),
});
const customerObject = z.looseObject({ id, email: z.string().nullish().catch(null), metadata });
const ofCustomer = z.union([z.string(), customerObject]);
const NO_HINTS: CustomerHints = { userId: null, organizationId: null, emailHash: null };

const SUBSCRIPTION = /^customer\.subscription\.(\w+)$/;
const CUSTOMER = /^customer\.(created|updated|deleted)$/;
const INVOICE = /^invoice\.(\w+)$/;

/** Null for an event whose type, or whose object, has no meaning here. */
export function factOf(event: StripeEvent): StripeFact | null {
  const [, action = ''] =
    SUBSCRIPTION.exec(event.type) ?? CUSTOMER.exec(event.type) ?? INVOICE.exec(event.type) ?? [];
  if (action === '') return null;
  const { object, previous_attributes: previous } = event.data;
  const objectId = id.safeParse(object['id']).data;
  const customer = CUSTOMER.test(event.type) ? object : object['customer'];
  const customerId = customerIdOf(customer);
  const subscription = SUBSCRIPTION.test(event.type) ? subscriptionOf(object) : null;
  if (!objectId || !customerId || (SUBSCRIPTION.test(event.type) && !subscription)) return null;
  return {
    eventId: event.id,
    type: event.type,
    createdAt: event.created,
    objectId,
    customerId,
    phase: action === 'created' || action === 'deleted' ? action : 'updated',
    after: comparable(object),
    before: comparable(previous ?? {}),
    hints: hintsOf(customer, object),
    subscription,
  };
}

function customerIdOf(customer: unknown): string | null {
  const parsed = ofCustomer.safeParse(customer).data;
  const given = typeof parsed === 'object' ? parsed.id : parsed;
  return id.safeParse(given).data ?? null;
}

const emailHashOf = (email: string): string => sha256Hex(foldCase(email.trim()));

/** From the customer if the event contains it in full, otherwise from the object's own metadata. */
function hintsOf(customer: unknown, object: Record<string, unknown>): CustomerHints {
  const whole = customerObject.safeParse(customer).data;
  const said = { ...metadata.parse(object['metadata'] ?? null), ...whole?.metadata };
  return {
    userId: textOf(said['user_id']),
    organizationId: textOf(said['organization_id']),
    emailHash: whole?.email ? emailHashOf(whole.email) : NO_HINTS.emailHash,
  };
}

function subscriptionOf(object: Record<string, unknown>): StripeSubscriptionFields | null {
  const parsed = subscriptionObject.safeParse(object).data;
  const status = parsed && statusOfStripe(parsed.status);
  if (!parsed || !status) return null;
  const first = parsed.items?.data[0];
  const interval = first?.price?.recurring?.interval;
  const codes = [
    first?.price?.lookup_key,
    first?.price?.metadata?.['plan_code'],
    parsed.metadata?.['plan_code'],
  ];
  return {
    status,
    startedAt: parsed.created ?? parsed.start_date ?? null,
    periodStart: parsed.current_period_start ?? first?.current_period_start ?? null,
    periodEnd: parsed.current_period_end ?? first?.current_period_end ?? null,
    anchor: parsed.billing_cycle_anchor ?? null,
    trialEnd: parsed.trial_end ?? null,
    canceledAt: parsed.ended_at ?? parsed.canceled_at ?? null,
    cancelAtPeriodEnd: parsed.cancel_at_period_end ?? false,
    planCodes: codes.flatMap((code) => textOf(code) ?? []),
    unitAmount: first?.price?.unit_amount ?? null,
    currency: first?.price?.currency?.toUpperCase() ?? null,
    interval: interval === 'month' || interval === 'year' ? interval : null,
  };
}

const COMPARED = [
  'status',
  'cancel_at_period_end',
  'current_period_start',
  'current_period_end',
  'trial_end',
  'canceled_at',
  'ended_at',
  'latest_invoice',
  'default_payment_method',
  'paid',
  'attempt_count',
];

/** The fields by which two events of one second are ordered. An address appears as its hash. */
function comparable(object: Record<string, unknown>): Scalars {
  const scalars: Record<string, Scalars[string]> = {};
  for (const name of COMPARED) {
    const value = object[name];
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value))
      scalars[name] = value as Scalars[string];
  }
  if (typeof object['email'] === 'string') scalars['email'] = emailHashOf(object['email']);
  const said = metadata.parse(object['metadata'] ?? null) ?? {};
  for (const name of ['user_id', 'organization_id', 'plan_code']) {
    if (name in said) scalars[`metadata.${name}`] = textOf(said[name]);
  }
  return scalars;
}

const textOf = (value: unknown): string | null =>
  typeof value === 'string' && value.length > 0 && value.length <= 255 && !value.includes('\0')
    ? value
    : null;
