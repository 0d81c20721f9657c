import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { seedPlan, type SeededPlan } from '../../factories/plan.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { activityShape, pageShape } from '../../support/shapes.js';
import { createTestApp, type TestApp } from '../../support/test-app.js';
import { TravellingClock } from '../../support/travelling-clock.js';

const subscriptionShape = z.strictObject({
  id: z.uuid(),
  user_id: z.uuid(),
  plan_code: z.string(),
  status: z.string(),
  price: z.string(),
  currency: z.string(),
  interval: z.string(),
  current_period_start: z.iso.datetime(),
  current_period_end: z.iso.datetime(),
  trial_end: z.iso.datetime().nullable(),
  cancel_at_period_end: z.boolean(),
  canceled_at: z.iso.datetime().nullable(),
  pending_plan_code: z.string().nullable(),
  stripe_customer_id: z.string().nullable(),
  stripe_subscription_id: z.string().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});
const lineShape = z.object({ amount: z.string(), transaction_type: z.string(), metadata: z.unknown() });
const PATH = '/api/v1/subscriptions';

describe('subscriptions', () => {
  let t: TestApp;
  let clock: TravellingClock;
  let basic: SeededPlan;
  let team: SeededPlan;
  let yearly: SeededPlan;

  beforeAll(async () => {
    t = await createTestApp();
    clock = new TravellingClock(t.app);
    basic = await seedPlan(t.app, { price: '30.00', entryLimit: 10 });
    team = await seedPlan(t.app, { price: '100.00', entryLimit: 50 });
    yearly = await seedPlan(t.app, { price: '300.00', interval: 'year' });
  });
  afterEach(() => clock.back());
  afterAll(() => t.close());

  /** Whose session lasts however far the clock is set. */
  const newMember = async () => {
    const who = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    await t.app.get(Postgres).sql`update sessions set expires_at = '2100-01-01'`;
    return who;
  };
  const subscribe = (who: Tenant, plan: SeededPlan, more: Record<string, unknown> = {}) =>
    t.request('POST', PATH, { token: who.token, body: { plan_code: plan.code, ...more } });
  const subscribed = async (who: Tenant, plan: SeededPlan, more: Record<string, unknown> = {}) => {
    const answer = await subscribe(who, plan, more);
    expect(answer.status).toBe(201);
    return subscriptionShape.parse(answer.body);
  };
  const act = (who: Tenant, id: string, action: string, body: unknown = {}) =>
    t.request('POST', `${PATH}/${id}/${action}`, { token: who.token, body });
  const read = async (who: Tenant, id: string) =>
    subscriptionShape.parse((await t.request('GET', `${PATH}/${id}`, { token: who.token })).body);
  const linesOf = async (who: Tenant) => {
    const answer = await t.request('GET', `/api/v1/transactions?user_id=${who.userId}`);
    return pageShape(lineShape)
      .parse(answer.body)
      .data.map(({ transaction_type, amount }) => `${transaction_type} ${amount}`)
      .toSorted();
  };
  const eventsOf = async (id: string) => {
    const answer = await t.request('GET', `/api/v1/activity?resource_type=subscription&resource_id=${id}`);
    return pageShape(activityShape)
      .parse(answer.body)
      .data.map(({ event_type }) => event_type)
      .toReversed();
  };

  it('begin active, with a period from their first second on', async () => {
    const who = await newMember();
    clock.travelTo('2027-01-31T10:00:00.700Z');
    const subscription = await subscribed(who, basic);
    expect(subscription).toMatchObject({
      user_id: who.userId,
      status: 'active',
      price: '30.00',
      current_period_end: '2027-02-28T10:00:00.000Z',
      trial_end: null,
    });
    expect(subscription.current_period_start).toBe('2027-01-31T10:00:00.000Z');
    expect(await read(who, subscription.id)).toEqual(subscription);
    expect(await eventsOf(subscription.id)).toEqual(['subscription.created']);
  });

  it('begin with a trial, which costs nothing to change', async () => {
    const who = await newMember();
    clock.travelTo('2027-01-31T10:00:00.000Z');
    const { id, ...subscription } = await subscribed(who, basic, { trial_days: 14 });
    expect(subscription).toMatchObject({
      status: 'trialing',
      trial_end: '2027-02-14T10:00:00.000Z',
      current_period_end: '2027-02-14T10:00:00.000Z',
    });
    const changed = await act(who, id, 'change', { plan_code: team.code, when: 'now' });
    expect(changed).toMatchObject({ status: 200, body: { status: 'trialing', plan_code: team.code } });
    expect(await linesOf(who)).toEqual([]);
  });

  it('are one for each account of an organisation, whatever comes at once', async () => {
    const who = await newMember();
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map(() => subscribe(who, basic)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409, 409]);
    const { id } = subscriptionShape.parse(answers.find(({ status }) => status === 201)?.body);
    expect((await subscribe(who, team)).body).toMatchObject({ code: 'subscriptions.already_subscribed' });
    expect((await act(who, id, 'cancel')).body).toMatchObject({ status: 'canceled' });
    await subscribed(who, team);
  });

  it('change now with a credit and a charge that add up, once however often it is asked', async () => {
    const who = await newMember();
    clock.travelTo('2027-04-01T00:00:00.000Z');
    const { id } = await subscribed(who, basic);
    clock.travelTo('2027-04-16T00:00:00.000Z');
    const body = { plan_code: team.code, when: 'now' };
    const answers = await Promise.all([1, 2, 3].map(() => act(who, id, 'change', body)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await read(who, id)).toMatchObject({
      plan_code: team.code,
      price: '100.00',
      current_period_start: '2027-04-01T00:00:00.000Z',
      current_period_end: '2027-05-01T00:00:00.000Z',
    });
    expect(await linesOf(who)).toEqual(['proration_charge 50.00', 'proration_credit -15.00']);
  });

  it('that change their interval begin a period anew', async () => {
    const who = await newMember();
    clock.travelTo('2027-04-01T00:00:00.000Z');
    const { id } = await subscribed(who, basic);
    clock.travelTo('2027-04-16T00:00:00.000Z');
    const changed = await act(who, id, 'change', { plan_code: yearly.code, when: 'now' });
    expect(subscriptionShape.parse(changed.body)).toMatchObject({
      interval: 'year',
      current_period_start: '2027-04-16T00:00:00.000Z',
      current_period_end: '2028-04-16T00:00:00.000Z',
    });
    expect(await linesOf(who)).toEqual(['proration_charge 300.00', 'proration_credit -15.00']);
  });

  it('change at the end of the period without a transaction, unless they change back', async () => {
    const who = await newMember();
    clock.travelTo('2027-04-01T00:00:00.000Z');
    const { id } = await subscribed(who, basic);
    const at = (plan: SeededPlan) => act(who, id, 'change', { plan_code: plan.code, when: 'period_end' });
    expect((await at(team)).body).toMatchObject({ plan_code: basic.code, pending_plan_code: team.code });
    expect((await at(basic)).body).toMatchObject({ pending_plan_code: null });
    await at(yearly);
    expect(await linesOf(who)).toEqual([]);
    // What was due is carried out before the next change, in whatever second that comes.
    clock.travelTo('2027-05-02T00:00:00.000Z');
    expect((await act(who, id, 'cancel', { at_period_end: true })).body).toMatchObject({
      plan_code: yearly.code,
      pending_plan_code: null,
      current_period_start: '2027-05-01T00:00:00.000Z',
      current_period_end: '2028-05-01T00:00:00.000Z',
      cancel_at_period_end: true,
    });
    expect(await eventsOf(id)).toEqual([
      'subscription.created',
      'subscription.change_scheduled',
      'subscription.change_scheduled',
      'subscription.change_scheduled',
      'subscription.renewed',
      'subscription.cancel_scheduled',
    ]);
  });

  it('are canceled at once or later, paused and resumed, and refuse what is illegal', async () => {
    const who = await newMember();
    const { id } = await subscribed(who, basic);
    expect(await act(who, id, 'resume')).toMatchObject({
      status: 409,
      body: { code: 'subscriptions.nothing_to_resume' },
    });
    expect((await act(who, id, 'cancel', { at_period_end: true })).body).toMatchObject({
      status: 'active',
      cancel_at_period_end: true,
    });
    expect((await act(who, id, 'pause')).body).toMatchObject({ status: 'paused' });
    expect((await act(who, id, 'pause')).body).toMatchObject({ code: 'subscriptions.illegal_transition' });
    const change = { plan_code: team.code, when: 'now' };
    expect((await act(who, id, 'change', change)).status).toBe(409);
    expect((await act(who, id, 'resume')).body).toMatchObject({
      status: 'active',
      cancel_at_period_end: false,
    });
    const canceled = subscriptionShape.parse((await act(who, id, 'cancel')).body);
    expect(canceled.status).toBe('canceled');
    expect(canceled.canceled_at).not.toBeNull();
    for (const action of ['cancel', 'pause', 'resume']) expect((await act(who, id, action)).status).toBe(409);
    expect((await act(who, id, 'change', change)).status).toBe(409);
  });

  it('refuse a plan that there is not, that is not sold, or that costs another currency', async () => {
    const who = await newMember();
    const inactive = await seedPlan(t.app, { isActive: false });
    const dollars = await seedPlan(t.app, { currency: 'USD' });
    const none = { id: '', code: 'none' };
    expect(await subscribe(who, none)).toMatchObject({ status: 422, body: { code: 'plans.unavailable' } });
    expect(await subscribe(who, inactive)).toMatchObject({
      status: 422,
      body: { code: 'plans.unavailable' },
    });
    const { id } = await subscribed(who, basic);
    const change = (plan: SeededPlan) => act(who, id, 'change', { plan_code: plan.code, when: 'now' });
    expect(await change(dollars)).toMatchObject({
      status: 422,
      body: { code: 'subscriptions.currency_differs' },
    });
    expect((await change(inactive)).status).toBe(422);
    expect((await act(who, id, 'change', { plan_code: basic.code })).status).toBe(422);
    expect((await subscribe(who, basic, { trial_days: 1.5 })).status).toBe(422);
  });

  it('keep the currency and the interval of a plan that has subscribers; a price counts from the next period', async () => {
    const operator = await seedTenant(t.app, { platformRole: 'admin' });
    const who = await newMember();
    const plan = await seedPlan(t.app, { price: '10.00' });
    clock.travelTo('2027-04-01T00:00:00.000Z');
    const { id } = await subscribed(who, plan);
    const replace = (more: Record<string, unknown>) =>
      t.request('PUT', `/api/v1/plans/${plan.code}`, {
        token: operator.token,
        body: { name: 'Plan', price: '12.00', currency: 'EUR', interval: 'month', ...more },
      });
    for (const more of [{ currency: 'USD' }, { interval: 'year' }]) {
      expect(await replace(more)).toMatchObject({ status: 409, body: { code: 'plans.in_use' } });
    }
    expect((await replace({})).status).toBe(200);
    expect(await read(who, id)).toMatchObject({ price: '10.00' });
    clock.travelTo('2027-05-01T00:00:00.000Z');
    expect((await act(who, id, 'pause')).body).toMatchObject({ price: '12.00' });
  });

  it('are seen by their account and by admins', async () => {
    const [who, other] = [await newMember(), await newMember()];
    const { id } = await subscribed(who, basic);
    expect((await t.request('GET', `${PATH}/${id}`)).status).toBe(200);
    expect((await t.request('GET', `${PATH}/${id}`, { token: other.token })).status).toBe(404);
    expect((await act(other, id, 'cancel')).status).toBe(404);
    const listed = async (who: Tenant, query = '') => {
      const answer = await t.request('GET', `${PATH}?limit=200${query}`, { token: who.token });
      return pageShape(subscriptionShape)
        .parse(answer.body)
        .data.map((subscription) => subscription.id);
    };
    expect(await listed(who)).toEqual([id]);
    expect(await listed(other)).toEqual([]);
    expect(await listed(other, `&user_id=${who.userId}`)).toEqual([]);
    expect(await listed(t.tenant, `&user_id=${who.userId}`)).toEqual([id]);
    expect(await listed(t.tenant, '&user_id=nobody')).toEqual([]);
    expect(await listed(t.tenant, '&status=active')).toContain(id);
    expect(await listed(t.tenant, '&status=paused&stripe_customer_id=cus_1')).toEqual([]);
    const foreign = await seedTenant(t.app);
    expect((await t.request('GET', `${PATH}/${id}`, { token: foreign.token })).status).toBe(404);
    expect((await act(t.tenant, id, 'cancel')).status).toBe(200);
  });

  it('go with their account, with an entry that does not name it', async () => {
    const who = await newMember();
    const { id } = await subscribed(who, basic);
    expect((await t.request('DELETE', `/api/v1/users/${who.userId}`)).status).toBe(204);
    expect((await t.request('GET', `${PATH}/${id}`)).status).toBe(404);
    expect(await eventsOf(id)).toEqual(['subscription.created', 'subscription.deleted']);
  });
});
