import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { derivedSubscriptions } from '../../../src/modules/stripe-webhooks/derived-subscriptions.js';
import { newestFact } from '../../../src/modules/stripe-webhooks/newest-fact.js';
import { factOf, stripeEvent } from '../../../src/modules/stripe-webhooks/stripe-event.js';
import type { StripeFact } from '../../../src/modules/stripe-webhooks/stripe-fact.js';
import { paidSubscription, permutations, type StripeTestEvent } from '../../support/stripe-events.js';

const SEQUENCE = {
  customerId: 'cus_1',
  subscriptionId: 'sub_1',
  userId: '01981c7e-50aa-7d11-8e21-93b0a6f0c002',
  organizationId: '01981c7e-4f10-7c33-8a55-5c1f2c7be001',
  planCode: 'pro',
};
const factsOf = (events: readonly StripeTestEvent[]): StripeFact[] =>
  events.flatMap((event) => factOf(stripeEvent.parse(event)) ?? []);
const isPlan = (code: string) => code === 'pro' || code === 'team';

const subscriptionEvent = (
  id: string,
  created: number,
  type: string,
  object: Record<string, unknown>,
  previous?: Record<string, unknown>,
): StripeTestEvent => ({
  id,
  object: 'event',
  type: `customer.subscription.${type}`,
  created,
  data: {
    object: { id: 'sub_1', customer: 'cus_1', created: 100, ...object },
    ...(previous && { previous_attributes: previous }),
  },
});

describe('what Stripe’s events say', () => {
  it.each([1, 0])('is the same in every order, %p seconds apart', (apart) => {
    const facts = factsOf(paidSubscription({ ...SEQUENCE, apart }));
    const states = permutations(facts).map((order) => derivedSubscriptions(order, isPlan));
    expect(states).toHaveLength(24);
    for (const state of states) expect(state).toEqual(states[0]);
    expect(states[0]).toMatchObject([
      { status: 'active', planCode: 'pro', isRuling: true, unitAmount: 1_500 },
    ]);
  });

  it('follows the values that each event found, where several changed it within one second', () => {
    const facts = factsOf([
      subscriptionEvent('evt_9', 500, 'created', { status: 'incomplete' }),
      subscriptionEvent('evt_7', 500, 'updated', { status: 'active' }, { status: 'incomplete' }),
      subscriptionEvent('evt_8', 500, 'updated', { status: 'past_due' }, { status: 'active' }),
      subscriptionEvent('evt_6', 500, 'updated', { status: 'unpaid' }, { status: 'past_due' }),
    ]);
    for (const order of permutations(facts)) expect(newestFact(order)?.eventId).toBe('evt_6');
  });

  it('ends with the end, whatever else happened in that second', () => {
    const facts = factsOf([
      subscriptionEvent('evt_1', 500, 'deleted', { status: 'canceled' }),
      subscriptionEvent('evt_2', 500, 'updated', { status: 'active' }, { status: 'past_due' }),
      subscriptionEvent('evt_3', 400, 'updated', { status: 'past_due' }),
    ]);
    for (const order of permutations(facts)) {
      expect(derivedSubscriptions(order, isPlan)).toMatchObject([{ status: 'canceled', canceledAt: 500 }]);
    }
  });

  it('keeps what only older events say: the plan, the price, the period', () => {
    const facts = factsOf([
      subscriptionEvent('evt_1', 100, 'created', {
        status: 'active',
        current_period_start: 100,
        current_period_end: 200,
        metadata: { plan_code: 'team' },
      }),
      subscriptionEvent('evt_2', 101, 'updated', {
        status: 'past_due',
        metadata: { plan_code: 'none of ours' },
      }),
    ]);
    for (const order of permutations(facts)) {
      expect(derivedSubscriptions(order, isPlan)).toMatchObject([
        { status: 'past_due', planCode: 'team', periodStart: 100, periodEnd: 200 },
      ]);
    }
  });

  it('has one ruling subscription: a live one, and of two live ones the younger', () => {
    const facts = factsOf([
      subscriptionEvent('evt_1', 100, 'created', { id: 'sub_old', status: 'active', created: 100 }),
      subscriptionEvent('evt_2', 200, 'created', { id: 'sub_new', status: 'active', created: 200 }),
    ]);
    const ended = factsOf([
      subscriptionEvent('evt_3', 300, 'deleted', { id: 'sub_new', status: 'canceled' }),
    ]);
    const ruling = (all: StripeFact[]) =>
      derivedSubscriptions(all, isPlan).map(
        ({ subscriptionId, isRuling }) => `${subscriptionId} ${isRuling}`,
      );
    expect(ruling(facts)).toEqual(['sub_old false', 'sub_new true']);
    expect(ruling([...facts, ...ended])).toEqual(['sub_new false', 'sub_old true']);
  });

  it('is a function of the set, for any events of several subscriptions in any order', () => {
    const status = fc.constantFrom('incomplete', 'trialing', 'active', 'past_due', 'canceled', 'unpaid');
    const event = fc.record({
      sub: fc.constantFrom('sub_1', 'sub_2', 'sub_3'),
      created: fc.integer({ min: 100, max: 103 }),
      type: fc.constantFrom('created', 'updated', 'updated', 'updated', 'deleted'),
      status,
      before: fc.option(status, { nil: undefined }),
    });
    const facts = fc
      .array(event, { maxLength: 12 })
      .map((events) =>
        factsOf(
          events.map(({ sub, created, type, status: now, before }, at) =>
            subscriptionEvent(
              `evt_${at}`,
              created,
              type,
              { id: sub, status: now },
              before === undefined ? undefined : { status: before },
            ),
          ),
        ),
      );
    fc.assert(
      fc.property(
        facts.chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([all, shuffled]) => {
          expect(derivedSubscriptions(shuffled, isPlan)).toEqual(derivedSubscriptions(all, isPlan));
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('holds no address, name or card', () => {
    const text = JSON.stringify(factsOf(paidSubscription(SEQUENCE)));
    expect(text).not.toContain('somebody');
    expect(text).not.toContain('Some Body');
    expect(text).toContain(SEQUENCE.userId);
  });

  it.each([
    ['payment_intent.succeeded', { id: 'pi_1', customer: 'cus_1' }],
    ['customer.subscription.updated', { id: 'sub_1', status: 'active' }],
    ['customer.subscription.updated', { id: 'sub_1', customer: 'cus_1', status: 'a new state' }],
    ['customer.created', { id: 7 }],
  ])('is nothing of %s about %j', (type, object) => {
    expect(factOf(stripeEvent.parse({ id: 'evt_1', type, created: 1, data: { object } }))).toBeNull();
  });
});
