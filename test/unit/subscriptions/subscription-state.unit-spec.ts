import { describe, expect, it } from 'vitest';

import {
  ENTITLED_STATUSES,
  isLive,
  nextStatus,
  resumedStatus,
  SUBSCRIPTION_STATUSES,
  type SubscriptionStatus,
  type Transition,
} from '../../../src/modules/subscriptions/subscription-state.js';
import { statusOfStripe } from '../../../src/modules/stripe-webhooks/stripe-status.js';

/** In the order of the columns below; `-` is an illegal transition. */
const COLUMNS = ['trialing', 'active', 'past_due', 'paused', 'canceled', 'incomplete'] as const;
const TABLE: Readonly<Record<Transition, string>> = {
  change: 'trialing active past_due - - -',
  cancel: 'canceled canceled canceled canceled - canceled',
  schedule_cancel: 'trialing active past_due paused - -',
  pause: '- paused - - - -',
  resume: '- - - active - -',
  end_trial: 'active - - - - -',
  renew: '- active past_due paused - -',
  reach_cancel: 'canceled canceled canceled canceled - -',
};

describe('the states of a subscription', () => {
  const cases = Object.entries(TABLE).flatMap(([transition, row]) =>
    row.split(' ').map((to, at) => ({ transition: transition as Transition, from: COLUMNS[at], to })),
  );

  it.each(cases)('$from, $transition: $to', ({ transition, from, to }) => {
    expect(nextStatus(from as SubscriptionStatus, transition) ?? '-').toBe(to);
  });

  it('are all in the table', () => {
    expect([...COLUMNS]).toEqual([...SUBSCRIPTION_STATUSES]);
    expect(cases).toHaveLength(48);
  });

  it.each<[SubscriptionStatus, boolean, SubscriptionStatus | null]>([
    ['paused', false, 'active'],
    ['paused', true, 'active'],
    ['active', true, 'active'],
    ['trialing', true, 'trialing'],
    ['past_due', true, 'past_due'],
    ['active', false, null],
    ['trialing', false, null],
    ['canceled', false, null],
    ['canceled', true, null],
    ['incomplete', true, null],
  ])('resume of %s (to be canceled: %p) leads to %p', (from, isToCancel, to) => {
    expect(resumedStatus(from, isToCancel)).toBe(to);
  });

  it('say whether the subscription is live and whether its limits hold', () => {
    const rows = COLUMNS.map((status) => [status, isLive(status), ENTITLED_STATUSES.includes(status)]);
    expect(rows).toEqual([
      ['trialing', true, true],
      ['active', true, true],
      ['past_due', true, true],
      ['paused', true, false],
      ['canceled', false, false],
      ['incomplete', true, false],
    ]);
  });

  it.each<[string, SubscriptionStatus | null]>([
    ['trialing', 'trialing'],
    ['active', 'active'],
    ['past_due', 'past_due'],
    ['unpaid', 'past_due'],
    ['paused', 'paused'],
    ['canceled', 'canceled'],
    ['incomplete', 'incomplete'],
    ['incomplete_expired', 'canceled'],
    ['toString', null],
    ['', null],
  ])('Stripe’s %p is %p', (stripe, status) => {
    expect(statusOfStripe(stripe)).toBe(status);
  });
});
