import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { addDays, localDateOf } from '../../../src/common/time/local-days.js';
import { dateAsStored, dateOfStored, monthDayOf } from '../../../src/modules/journal/journal-entry.js';
import { filterOf } from '../../../src/modules/journal/list-filter.js';
import { onThisDay } from '../../../src/modules/journal/on-this-day.js';
import { streaksOf } from '../../../src/modules/journal/streaks.js';

const ZONES = [
  ...['UTC', 'Europe/Berlin', 'America/Los_Angeles', 'Asia/Kathmandu', 'Pacific/Kiritimati', 'Pacific/Apia'],
];
const moment = fc.date({
  min: new Date('1970-01-01T00:00:00Z'),
  max: new Date('2060-01-01T00:00:00Z'),
  noInvalidDate: true,
});
/** What the clocks on the wall show, by `Intl` alone. */
const byIntl = (at: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', {
    ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit', calendar: 'iso8601' },
  }).format(at);
const query = (given: object) => ({ limit: 50, ...given });

describe.each(ZONES)('the calendar in %s', (zone) => {
  it('says today as Intl does', () => {
    fc.assert(
      fc.property(moment, (at) => {
        expect(localDateOf(at, zone)).toBe(byIntl(at, zone));
      }),
    );
  });

  it('stores the date of an entry so that it never moves', () => {
    fc.assert(
      fc.property(moment, (at) => {
        const date = localDateOf(at, zone);
        const stored = dateAsStored(date);
        expect(dateOfStored(stored)).toBe(date);
        expect(dateOfStored(new Date(stored.toJSON()))).toBe(date);
        expect(monthDayOf(date)).toBe(byIntl(at, zone).slice(5));
      }),
    );
  });

  it('remembers a day of earlier years, and of no other', () => {
    fc.assert(
      fc.property(moment, moment, (now, written) => {
        const today = localDateOf(now, zone);
        const date = localDateOf(written, zone);
        const { monthDays, from, to } = filterOf(query({ on_this_day: today.slice(5) }), today);
        const stored = dateAsStored(date);
        const isShown =
          (monthDays ?? []).includes(monthDayOf(date)) && (!to || stored < to) && (!from || stored >= from);
        const isEarlierYear = date.slice(0, 4) < today.slice(0, 4);
        const isSameDay =
          date.slice(5) === today.slice(5) || (today.slice(5) === '02-28' && date.slice(5) === '02-29');
        expect(isShown).toBe(isEarlierYear && isSameDay);
      }),
      // Equal days are rare among random ones: the next test has them alone.
      { numRuns: 50 },
    );
    fc.assert(
      fc.property(moment, fc.integer({ min: 0, max: 40 }), (now, years) => {
        const today = localDateOf(now, zone);
        const date = `${String(Number(today.slice(0, 4)) - years)}${today.slice(4)}`;
        const { monthDays, to } = filterOf(query({ on_this_day: today.slice(5) }), today);
        expect(monthDays).toContain(monthDayOf(date));
        expect(to !== undefined && dateAsStored(date) < to).toBe(years > 0);
      }),
    );
  });

  it('lists from the first to the last day, both included', () => {
    fc.assert(
      fc.property(
        moment,
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: -500, max: 500 }),
        (at, days, by) => {
          const date_from = localDateOf(at, zone);
          const date_to = addDays(date_from, days);
          const { from, to } = filterOf(query({ date_from, date_to }), '');
          const stored = dateAsStored(addDays(date_from, by));
          expect(from !== undefined && to !== undefined && stored >= from && stored < to).toBe(
            by >= 0 && by <= days,
          );
        },
      ),
    );
  });
});

describe('29 February', () => {
  it('is remembered on the 28th too, and alone on itself', () => {
    expect(onThisDay('02-28', '2026-02-28')).toEqual({ monthDays: ['02-28', '02-29'], before: '2026-01-01' });
    expect(onThisDay('02-29', '2026-03-01')).toEqual({ monthDays: ['02-29'], before: '2026-01-01' });
  });
});

describe('streaks', () => {
  it.each([
    ['no day', [], 0, 0],
    ['today alone', ['2026-03-01'], 1, 1],
    ['up to yesterday', ['2026-02-27', '2026-02-28'], 2, 2],
    ['ended the day before', ['2026-02-26', '2026-02-27'], 0, 2],
    ['a gap', ['2026-03-01', '2026-02-27', '2026-02-26', '2026-02-25'], 1, 3],
    ['over the end of a leap year’s February', ['2024-02-28', '2024-02-29', '2024-03-01'], 0, 3],
    ['dates to come', ['2026-03-01', '2026-03-02', '2026-03-03'], 1, 3],
  ])('%s', (_, days, current, longest) => {
    expect(streaksOf(days, '2026-03-01')).toEqual({ current_days: current, longest_days: longest });
  });

  it('are the longest run, however the days come', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (offsets) => {
        const days = offsets.map((offset) => addDays('2026-01-01', offset));
        let longest = 0;
        for (let run = 0, at = 0; at <= 60; at += 1)
          longest = Math.max(longest, (run = offsets.includes(at) ? run + 1 : 0));
        expect(streaksOf([...days, ...days], '2027-01-01').longest_days).toBe(longest);
      }),
    );
  });
});
