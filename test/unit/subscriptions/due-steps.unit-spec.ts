import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { DateTime } from 'luxon';

import { Money } from '../../../src/common/money/money.js';
import { PLAN_INTERVALS, type PlanInterval } from '../../../src/modules/plans/plan.js';
import { periodStart, toSecond } from '../../../src/modules/subscriptions/billing-period.js';
import { dueSteps } from '../../../src/modules/subscriptions/due-steps.js';
import type {
  SubscriptionCourse,
  SubscriptionTerms,
} from '../../../src/modules/subscriptions/subscription.js';

const utc = (text: string): Date => new Date(`${text}Z`);
const termsOf = (planCode: string, interval: PlanInterval, price = '10.00'): SubscriptionTerms => ({
  planId: planCode,
  planCode,
  price: Money.ofDecimal(price, 'EUR'),
  interval,
});

const subscribed = (
  at: Date,
  interval: PlanInterval,
  more: Partial<SubscriptionCourse> = {},
): SubscriptionCourse => ({
  ...termsOf('pro', interval),
  status: 'active',
  anchor: at,
  currentPeriodStart: at,
  currentPeriodEnd: periodStart(at, interval, 1),
  trialEnd: null,
  cancelAtPeriodEnd: false,
  canceledAt: null,
  pendingPlanId: null,
  pendingPlanCode: null,
  ...more,
});

describe('what is due of a subscription', () => {
  it('is nothing before the end of its period, and a renewal at it', () => {
    const course = subscribed(utc('2027-01-31T10:00:00'), 'month');
    expect(dueSteps(course, termsOf('pro', 'month'), utc('2027-02-28T09:59:59'))).toEqual([]);
    const [step, ...rest] = dueSteps(course, termsOf('pro', 'month', '12.00'), utc('2027-02-28T10:00:00'));
    expect(rest).toEqual([]);
    expect(step).toMatchObject({
      transition: 'renew',
      at: utc('2027-02-28T10:00:00'),
      after: { status: 'active', currentPeriodEnd: utc('2027-03-31T10:00:00') },
    });
    // The price of the plan as it is now counts from this period on.
    expect(step?.after.price.toString()).toBe('12.00');
  });

  it('is every period that passed while nothing ran, in order', () => {
    const course = subscribed(utc('2027-01-31T10:00:00'), 'month');
    const steps = dueSteps(course, termsOf('pro', 'month'), utc('2027-06-01T00:00:00'));
    expect(steps.map(({ at }) => at.toISOString().slice(0, 10))).toEqual([
      '2027-02-28',
      '2027-03-31',
      '2027-04-30',
      '2027-05-31',
    ]);
  });

  it('is the end of a trial, from which the periods count', () => {
    const trialEnd = utc('2027-02-10T10:00:00');
    const course = subscribed(utc('2027-01-31T10:00:00'), 'month', {
      status: 'trialing',
      currentPeriodEnd: trialEnd,
      trialEnd,
    });
    const [step] = dueSteps(course, termsOf('pro', 'month'), trialEnd);
    expect(step).toMatchObject({
      transition: 'end_trial',
      after: { status: 'active', anchor: trialEnd, currentPeriodEnd: utc('2027-03-10T10:00:00') },
    });
  });

  it('is a scheduled cancel, of a trial or a pause too, and then nothing', () => {
    for (const status of ['trialing', 'active', 'past_due', 'paused'] as const) {
      const course = subscribed(utc('2027-01-31T10:00:00'), 'month', { status, cancelAtPeriodEnd: true });
      const steps = dueSteps(course, termsOf('pro', 'month'), utc('2027-12-01T00:00:00'));
      expect(steps.map(({ transition }) => transition)).toEqual(['reach_cancel']);
      expect(steps[0]?.after).toMatchObject({ status: 'canceled', canceledAt: utc('2027-02-28T10:00:00') });
    }
  });

  it('is nothing of one that is canceled or incomplete', () => {
    for (const status of ['canceled', 'incomplete'] as const) {
      const course = subscribed(utc('2027-01-31T10:00:00'), 'month', { status });
      expect(dueSteps(course, termsOf('pro', 'month'), utc('2028-01-01T00:00:00'))).toEqual([]);
    }
  });

  it('is a change of the plan, and of the interval, from which the periods count anew', () => {
    const course = subscribed(utc('2027-01-31T10:00:00'), 'month', {
      pendingPlanId: 'y',
      pendingPlanCode: 'y',
    });
    const [step] = dueSteps(course, termsOf('y', 'year', '100.00'), utc('2027-02-28T10:00:00'));
    expect(step?.after).toMatchObject({
      planCode: 'y',
      interval: 'year',
      anchor: utc('2027-02-28T10:00:00'),
      currentPeriodEnd: utc('2028-02-28T10:00:00'),
      pendingPlanId: null,
    });
  });

  it('leaves no gap and no overlap in any year, however irregularly it is carried out', () => {
    const moments = fc
      .date({ min: utc('2024-01-01T00:00:00'), max: utc('2032-12-31T00:00:00'), noInvalidDate: true })
      .map(toSecond);
    const delays = fc.array(fc.integer({ min: 0, max: 90 * 86_400 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(moments, fc.constantFrom(...PLAN_INTERVALS), delays, (anchor, interval, waits) => {
        let course = subscribed(anchor, interval);
        let now = anchor;
        const periods = [[course.currentPeriodStart, course.currentPeriodEnd]];
        for (const wait of waits) {
          now = new Date(now.getTime() + wait * 1_000);
          for (const { after } of dueSteps(course, termsOf('pro', interval), now)) {
            periods.push([after.currentPeriodStart, after.currentPeriodEnd]);
            course = after;
          }
          expect(course.currentPeriodEnd.getTime()).toBeGreaterThan(now.getTime());
          // A second run at the same time finds nothing to do.
          expect(dueSteps(course, termsOf('pro', interval), now)).toEqual([]);
        }
        const unit = interval === 'month' ? 'months' : 'years';
        const start = DateTime.fromJSDate(anchor, { zone: 'utc' });
        expect(periods).toEqual(
          periods.map((_, n) => [
            start.plus({ [unit]: n }).toJSDate(),
            start.plus({ [unit]: n + 1 }).toJSDate(),
          ]),
        );
      }),
      { numRuns: 300 },
    );
  });
});
