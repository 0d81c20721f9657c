import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { UnappliedEventsJob } from '../../../src/modules/stripe-webhooks/unapplied-events.job.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedPlan } from '../../factories/plan.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import {
  paidSubscription,
  permutations,
  sendEvent,
  type SequenceOptions,
  signed,
  STRIPE_SECRET,
} from '../../support/stripe-events.js';
import { pageShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';

const SECOND_SECRET = 'whsec_the_new_one';
const PATH = '/api/v1/webhooks/stripe';
/** Without what differs between two accounts, and between two runs. */
const stateShape = z.object({
  plan_code: z.string(),
  status: z.string(),
  price: z.string(),
  currency: z.string(),
  interval: z.string(),
  current_period_start: z.string(),
  current_period_end: z.string(),
  trial_end: z.string().nullable(),
  cancel_at_period_end: z.boolean(),
  canceled_at: z.string().nullable(),
  pending_plan_code: z.string().nullable(),
});
const shownShape = stateShape.extend({
  id: z.string(),
  user_id: z.string(),
  stripe_customer_id: z.string().nullable(),
  stripe_subscription_id: z.string().nullable(),
});

describe('POST webhooks/stripe', () => {
  let t: TestApp;
  let plan: string;
  beforeAll(async () => {
    t = await createTestApp({
      STRIPE_WEBHOOK_SECRET: `${STRIPE_SECRET}, ${SECOND_SECRET}`,
      STRIPE_CUSTOMERS_BY_ADDRESS: 'on',
    });
    plan = (await seedPlan(t.app, { price: '30.00', entryLimit: 77 })).code;
  });
  afterAll(() => t.close());

  const newMember = () => seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
  const sequenceFor = (who: Tenant, more: Partial<SequenceOptions> = {}): SequenceOptions => {
    const unique = randomBytes(6).toString('hex');
    return {
      customerId: `cus_${unique}`,
      subscriptionId: `sub_${unique}`,
      userId: who.userId,
      organizationId: who.orgId,
      planCode: plan,
      ...more,
    };
  };
  const shown = async (who: Tenant) => {
    const answer = await t.request('GET', `/api/v1/subscriptions?limit=200&user_id=${who.userId}`);
    return pageShape(shownShape).parse(answer.body).data;
  };
  const sendAll = async (events: readonly object[]): Promise<string[]> => {
    const outcomes: string[] = [];
    for (const event of events) {
      const answer = await sendEvent(t, event);
      expect(answer.status).toBe(200);
      outcomes.push(z.object({ outcome: z.string() }).parse(answer.body).outcome);
    }
    return outcomes;
  };

  it('gives a subscription with the plan, price and period of Stripe', async () => {
    const who = await newMember();
    const sequence = sequenceFor(who);
    expect(await sendAll(paidSubscription(sequence))).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(await shown(who)).toMatchObject([
      {
        user_id: who.userId,
        plan_code: plan,
        status: 'active',
        price: '15.00',
        currency: 'EUR',
        stripe_customer_id: sequence.customerId,
        stripe_subscription_id: sequence.subscriptionId,
      },
    ]);
    const entitlements = await t.request('GET', '/api/v1/entitlements', { token: who.token });
    expect(entitlements.body).toMatchObject({ plan_code: plan, limits: { entry_limit: 77 } });
    const found = await t.request('GET', `/api/v1/subscriptions?stripe_customer_id=${sequence.customerId}`);
    expect(pageShape(shownShape).parse(found.body).data).toHaveLength(1);
  });

  it.each([1, 0])(
    'ends in one state, in each of 24 orders, each three times (%p s apart)',
    async (apart) => {
      const states = new Set<string>();
      for (const order of permutations([0, 1, 2, 3])) {
        const who = await newMember();
        const events = paidSubscription(sequenceFor(who, { apart }));
        const ordered = order.flatMap((at) => events[at] ?? []);
        await sendAll([...ordered, ...ordered, ...ordered]);
        const subscriptions = await shown(who);
        expect(subscriptions).toHaveLength(1);
        states.add(JSON.stringify(stateShape.parse(subscriptions[0])));
      }
      expect([...states]).toHaveLength(1);
      expect([...states][0]).toContain('"status":"active"');
    },
    120_000,
  );

  it('takes each event once, whoever else sends it at the same time', async () => {
    const who = await newMember();
    const events = paidSubscription(sequenceFor(who));
    const answers = await Promise.all([...events, ...events, ...events].map((event) => sendEvent(t, event)));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(answers.filter(({ text }) => text.includes('repeated'))).toHaveLength(8);
    expect(await shown(who)).toMatchObject([{ status: 'active' }]);
  });

  it('takes the place of the subscription that the account has', async () => {
    const who = await newMember();
    const basic = await seedPlan(t.app);
    const body = { plan_code: basic.code };
    const own = await t.request('POST', '/api/v1/subscriptions', { token: who.token, body });
    const { id } = shownShape.parse(own.body);
    const sequence = sequenceFor(who);
    const [customer, ...rest] = paidSubscription(sequence);
    await sendAll(customer ? [customer] : []);
    expect(await shown(who)).toMatchObject([
      { id, status: 'active', stripe_customer_id: sequence.customerId },
    ]);
    await sendAll(rest);
    expect(await shown(who)).toMatchObject([{ id, plan_code: plan, price: '15.00' }]);
    // From now on Stripe decides.
    const refused = await t.request('POST', `/api/v1/subscriptions/${id}/cancel`, { token: who.token });
    expect(refused).toMatchObject({ status: 409, body: { code: 'subscriptions.managed_by_stripe' } });
  });

  it('finds a customer by the subscription that names it, and keeps its plan where Stripe names none', async () => {
    const who = await newMember();
    const basic = await seedPlan(t.app);
    const body = { plan_code: basic.code };
    await t.request('POST', '/api/v1/subscriptions', { token: who.token, body });
    const customer = `cus_${randomBytes(6).toString('hex')}`;
    await t.app.get(Postgres).sql`
      update subscriptions set stripe_customer_id = ${customer} where user_id = ${who.userId}`;
    const object = { id: `sub_${customer}`, customer, status: 'past_due' };
    const event = { id: `evt_${customer}`, type: 'customer.subscription.updated', created: 1_795_000_000 };
    expect(await sendAll([{ ...event, data: { object } }])).toEqual(['applied']);
    expect(await shown(who)).toMatchObject([{ status: 'past_due', plan_code: basic.code }]);
  });

  it('keeps events of an unknown customer until it appears, and of an unknown plan until it is added', async () => {
    const who = await newMember();
    const unknown = `later-${randomBytes(4).toString('hex')}`;
    const [customer, ...rest] = paidSubscription(sequenceFor(who, { planCode: unknown }));
    expect(await sendAll(rest)).toEqual(['kept', 'kept', 'kept']);
    expect(await shown(who)).toEqual([]);
    expect(await sendAll(customer ? [customer] : [])).toEqual(['kept']);
    expect(await shown(who)).toEqual([]);
    await seedPlan(t.app, { code: unknown });
    await t.app.get(UnappliedEventsJob).run({ signal: new AbortController().signal });
    expect(await shown(who)).toMatchObject([{ status: 'active', plan_code: unknown }]);
  });

  it('shows an older subscription as ended where a younger one of the account is live', async () => {
    const who = await newMember();
    const sequence = sequenceFor(who);
    const first = paidSubscription(sequence);
    const subscriptionOf = (id: string, created: number, status: string) => ({
      id,
      customer: sequence.customerId,
      status,
      created,
      metadata: { plan_code: plan },
    });
    const second = {
      id: `evt_${sequence.customerId}_second`,
      type: 'customer.subscription.created',
      created: 1_796_000_000,
      data: { object: subscriptionOf(`${sequence.subscriptionId}_2`, 1_796_000_000, 'active') },
    };
    await sendAll([...first, second]);
    const states = (await shown(who)).map(({ stripe_subscription_id, status }) => [
      stripe_subscription_id,
      status,
    ]);
    expect(states).toEqual([
      [`${sequence.subscriptionId}_2`, 'active'],
      [sequence.subscriptionId, 'canceled'],
    ]);
  });

  it('acknowledges what has no meaning here', async () => {
    const event = { type: 'payment_intent.succeeded', created: 1, data: { object: { id: 'pi_1' } } };
    expect(await sendAll([{ id: 'evt_other', ...event }])).toEqual(['ignored']);
    const { text } = await t.request('GET', '/metrics', { token: null });
    expect(text).toMatch(/triptych_stripe_events_total\{outcome="ignored"\} [1-9]/);
  });

  it('believes each of its secrets and nothing else, for five minutes', async () => {
    const event = { id: 'evt_signed', type: 'a.b', created: 1, data: { object: {} } };
    const payload = JSON.stringify(event);
    const send = (signature: string | null) =>
      t.request('POST', PATH, {
        token: null,
        body: event,
        headers: signature === null ? {} : { 'stripe-signature': signature },
      });
    const now = Math.floor(Date.now() / 1_000);
    expect((await sendEvent(t, event)).status).toBe(200);
    expect((await sendEvent(t, event, SECOND_SECRET)).status).toBe(200);
    expect((await send(signed(payload, STRIPE_SECRET, now - 290))).status).toBe(200);
    const refused = [
      await sendEvent(t, event, 'whsec_other'),
      await send(null),
      await send(''),
      await send('t=1,v1=00'),
      await send(signed(payload, STRIPE_SECRET, now - 310)),
      await send(signed(`${payload} `)),
    ];
    for (const answer of refused) {
      expect(answer).toMatchObject({
        status: 400,
        body: { error: { type: 'invalid_request_error', code: 'stripe_webhooks.signature_invalid' } },
      });
    }
    const malformed = await sendEvent(t, { id: 'evt_x' });
    expect(malformed).toMatchObject({
      status: 400,
      body: { error: { code: 'stripe_webhooks.event_malformed' } },
    });
  });

  it('finds a customer without metadata by its address, if the person has confirmed it', async () => {
    const { sql } = t.app.get(Postgres);
    const eventsOf = (who: Tenant) => {
      const sequence = sequenceFor(who);
      const events = paidSubscription(sequence).map((event) => {
        const isCustomer = event.data.object['object'] === 'customer';
        const own = isCustomer ? { email: who.email.toUpperCase(), metadata: {} } : {};
        return { ...event, data: { ...event.data, object: { ...event.data.object, ...own } } };
      });
      return { sequence, events };
    };
    const [confirmed, changed] = [await newMember(), await newMember()];
    await sql`update users set is_email_confirmed = false where id = ${changed.userId}`;
    const { sequence, events } = eventsOf(confirmed);
    const other = eventsOf(changed);
    await sendAll(events.toReversed());
    await sendAll(other.events);
    expect(await shown(confirmed)).toMatchObject([
      { status: 'active', stripe_customer_id: sequence.customerId },
    ]);
    expect(await shown(changed)).toEqual([]);
    await sql`update users set is_email_confirmed = true where id = ${changed.userId}`;
    await t.app.get(UnappliedEventsJob, { strict: false }).run({ signal: new AbortController().signal });
    expect(await shown(changed)).toMatchObject([{ status: 'active' }]);
  });

  it('forgets the events of an account that is deleted, and keeps no address in the first place', async () => {
    const who = await newMember();
    const sequence = sequenceFor(who);
    await sendAll(paidSubscription(sequence));
    const { sql } = t.app.get(Postgres);
    const kept = await sql`select fact::text from stripe_events where customer_id = ${sequence.customerId}`;
    expect(kept).toHaveLength(4);
    expect(JSON.stringify(kept)).not.toMatch(/somebody|Some Body/);
    expect((await t.request('DELETE', `/api/v1/users/${who.userId}`)).status).toBe(204);
    expect(await sql`select id from stripe_events where customer_id = ${sequence.customerId}`).toHaveLength(
      0,
    );
    expect(await sql`select id from stripe_customers where id = ${sequence.customerId}`).toHaveLength(0);
    expect(await shown(who)).toEqual([]);
  });
});
