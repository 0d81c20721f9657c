import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { DateTime } from 'luxon';

import { periodAt, periodStart, toSecond } from '../../../src/modules/subscriptions/billing-period.js';
import { PLAN_INTERVALS, type PlanInterval } from '../../../src/modules/plans/plan.js';

const utc = (text: string): Date => new Date(`${text}Z`);

/** As luxon counts: `plus` keeps the day, or takes the last one of a shorter month. */
const expected = (anchor: Date, interval: PlanInterval, n: number): Date =>
  DateTime.fromJSDate(anchor, { zone: 'utc' })
    .plus(interval === 'month' ? { months: n } : { years: n })
    .toJSDate();

const moments = fc
  .date({ min: utc('2000-01-01T00:00:00'), max: utc('2099-12-31T23:59:59'), noInvalidDate: true })
  .map(toSecond);
const intervals = fc.constantFrom(...PLAN_INTERVALS);

describe('billing periods', () => {
  it.each<[string, PlanInterval, string[]]>([
    ['2027-01-31T10:00:00', 'month', ['2027-02-28T10:00:00', '2027-03-31T10:00:00', '2027-04-30T10:00:00']],
    ['2028-01-31T10:00:00', 'month', ['2028-02-29T10:00:00', '2028-03-31T10:00:00']],
    ['2027-12-30T23:59:59', 'month', ['2028-01-30T23:59:59', '2028-02-29T23:59:59', '2028-03-30T23:59:59']],
    [
      '2028-02-29T00:00:00',
      'year',
      ['2029-02-28T00:00:00', '2030-02-28T00:00:00', '2031-02-28T00:00:00', '2032-02-29T00:00:00'],
    ],
  ])('from %s by %s keep the day wherever the month has it', (anchor, interval, starts) => {
    expect(starts.map((_, at) => periodStart(utc(anchor), interval, at + 1))).toEqual(starts.map(utc));
  });

  it('begin where an independent calendar says, for any anchor', () => {
    fc.assert(
      fc.property(moments, intervals, fc.nat({ max: 60 }), (anchor, interval, n) => {
        expect(periodStart(anchor, interval, n)).toEqual(expected(anchor, interval, n));
      }),
      { numRuns: 2_000 },
    );
  });

  it('follow each other without a gap or an overlap, and each holds its moments', () => {
    fc.assert(
      fc.property(
        moments,
        intervals,
        fc.nat({ max: 60 }),
        fc.nat({ max: 2 ** 31 - 1 }),
        (anchor, interval, n, offset) => {
          const [start, end] = [periodStart(anchor, interval, n), periodStart(anchor, interval, n + 1)];
          expect(start.getTime()).toBeLessThan(end.getTime());
          const within = new Date(start.getTime() + ((offset * 1_000) % (end.getTime() - start.getTime())));
          for (const moment of [start, within, new Date(end.getTime() - 1)]) {
            expect(periodAt(anchor, interval, moment)).toEqual({ start, end });
          }
          expect(periodAt(anchor, interval, end).start).toEqual(end);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('before the anchor is the first one', () => {
    const anchor = utc('2027-05-05T00:00:00');
    expect(periodAt(anchor, 'month', utc('2026-01-01T00:00:00')).start).toEqual(anchor);
  });
});
