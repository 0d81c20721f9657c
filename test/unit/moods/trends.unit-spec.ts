import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { addDays, localDateOf, startOfLocalDay } from '../../../src/common/time/local-days.js';
import { momentsOf } from '../../../src/modules/moods/date-range.js';
import { MoodSums } from '../../../src/modules/moods/mood-sums.js';
import type { MoodFactor } from '../../../src/modules/moods/mood.js';
import { EmptyDateRange } from '../../../src/modules/moods/moods.errors.js';
import { defaultFrom, periodStarts } from '../../../src/modules/moods/trend-periods.js';

const ZONES = [
  'Europe/Berlin',
  'America/Havana',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Asia/Kathmandu',
];
const mood = (at: string | number, intensity: number, factors: MoodFactor[] = []) => ({
  recorded_at: new Date(at),
  intensity,
  factors,
});
const sleep = (value: string): MoodFactor[] => [{ name: 'Sleep', value }];

/** Intl alone, one mood after the other. */
function byIntl(moods: readonly { recorded_at: Date; intensity: number }[], zone: string) {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const days = new Map<string, number[]>();
  for (const { recorded_at, intensity } of moods) {
    const date = format.format(recorded_at);
    days.set(date, [...(days.get(date) ?? []), intensity]);
  }
  return days;
}

describe('trends of moods', () => {
  it('have the moods of each local day, in every zone and over each change of its clocks', () => {
    const given = fc.record({
      zone: fc.constantFrom(...ZONES),
      day: fc.integer({ min: 0, max: 15_000 }),
      moods: fc.array(
        fc.tuple(fc.integer({ min: 0, max: 20 * 86_400_000 }), fc.integer({ min: 1, max: 10 })),
      ),
    });
    fc.assert(
      fc.property(given, ({ zone, day, moods: offsets }) => {
        const dateFrom = addDays('1995-01-01', day);
        const dateTo = addDays(dateFrom, 20);
        const { from, to } = momentsOf({ date_from: dateFrom, date_to: dateTo }, zone);
        const moods = offsets.map(([ms, intensity]) => mood((from?.getTime() ?? 0) + ms, intensity));
        const starts = periodStarts(dateFrom, dateTo, 'day', zone, 30) ?? [];
        const sums = new MoodSums(starts);
        for (const each of moods) {
          expect(each.recorded_at < (to ?? 0)).toBe(true);
          sums.add(each);
        }
        const expected = byIntl(moods, zone);
        for (const { startMs, count, average } of sums.byPeriod()) {
          const values = expected.get(localDateOf(new Date(startMs), zone)) ?? [];
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          expect({ count, average }).toEqual({
            count: values.length,
            average: values.length === 0 ? null : Math.round(mean * 100) / 100,
          });
        }
      }),
      { numRuns: 300 },
    );
  });

  it('have weeks from Monday, the one that the range begins in included', () => {
    const starts = periodStarts('2026-10-22', '2026-11-02', 'week', 'Europe/Berlin', 10) ?? [];
    expect(starts.map((ms) => new Date(ms).toISOString())).toEqual([
      '2026-10-18T22:00:00.000Z',
      '2026-10-25T23:00:00.000Z',
      '2026-11-01T23:00:00.000Z',
    ]);
  });

  it('leave out a day that the zone has left out, and refuse more periods than they may have', () => {
    expect(periodStarts('2011-12-29', '2011-12-31', 'day', 'Pacific/Apia', 10)).toHaveLength(2);
    expect(periodStarts('2026-01-01', '2026-01-11', 'day', 'UTC', 10)).toBeNull();
    expect([defaultFrom('2026-11-21', 'day'), defaultFrom('2026-11-21', 'week')]).toEqual([
      '2026-10-23',
      '2026-08-31',
    ]);
  });

  it('name the factors of high and low moods, once for each mood, by value and type', () => {
    const sums = new MoodSums([0]);
    sums.add(mood(1, 9, [...sleep('good'), ...sleep('good')]));
    sums.add(mood(2, 6, sleep('good')));
    sums.add(mood(3, 2, [...sleep('poor'), { name: 'Cups', value: 3 }]));
    sums.add(mood(4, 3, [{ name: 'Cups', value: '3' }]));
    expect(sums.byFactor()).toEqual([
      { name: 'Sleep', value: 'good', average: 7.5, count: 2 },
      { name: 'Cups', value: '3', average: 3, count: 1 },
      { name: 'Cups', value: 3, average: 2, count: 1 },
      { name: 'Sleep', value: 'poor', average: 2, count: 1 },
    ]);
  });

  it('show the ends alone where there are many factors', () => {
    const sums = new MoodSums([0]);
    for (let n = 0; n < 30; n += 1) sums.add(mood(n, (n % 10) + 1, [{ name: 'n', value: n }]));
    const shown = sums.byFactor();
    expect(shown).toHaveLength(20);
    expect([shown[0]?.average, shown.at(-1)?.average]).toEqual([10, 1]);
  });

  it('are of a range whose end is not before its beginning', () => {
    expect(() => momentsOf({ date_from: '2026-11-22', date_to: '2026-11-21' }, 'UTC')).toThrow(
      EmptyDateRange,
    );
    expect(momentsOf({ date_to: '2026-11-21' }, 'Asia/Kathmandu')).toEqual({
      to: startOfLocalDay('2026-11-22', 'Asia/Kathmandu'),
    });
  });
});
