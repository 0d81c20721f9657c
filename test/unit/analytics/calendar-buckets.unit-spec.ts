import { describe, expect, it } from 'vitest';

import { bucketOf } from '../../../src/common/time/bucket-of.js';
import { bucketStarts, type Interval } from '../../../src/modules/analytics/calendar-buckets.js';

const HOUR_MS = 3_600_000;

const starts = (from: string, to: string, interval: Interval, zone: string): string[] =>
  (bucketStarts(new Date(from), new Date(to), interval, zone, 10_000) ?? []).map((ms) =>
    new Date(ms).toISOString(),
  );

const lengths = (list: readonly string[]): number[] =>
  list.slice(1).map((start, at) => (Date.parse(start) - Date.parse(list[at] ?? '')) / HOUR_MS);

/** The first half-hour at which Intl shows each date, or a later one, of a zone. An oracle without Luxon. */
function daysOfIntl(from: string, to: string, zone: string): { at: string; date: string }[] {
  const shown = new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' });
  const days: { at: string; date: string }[] = [];
  let latest = shown.format(Date.parse(from));
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += HOUR_MS / 2) {
    const date = shown.format(ms);
    if (date <= latest) continue;
    latest = date;
    days.push({ at: new Date(ms).toISOString(), date });
  }
  return days;
}

describe('buckets of a calendar', () => {
  it.each([
    ['Europe/Berlin', '2026-03-28T00:00:00+01:00', '2026-03-31T12:00:00+02:00', [24, 23, 24]],
    ['Europe/Berlin', '2026-10-24T00:00:00+02:00', '2026-10-27T12:00:00+01:00', [24, 25, 24]],
    ['America/New_York', '2026-03-07T00:00:00-05:00', '2026-03-10T12:00:00-04:00', [24, 23, 24]],
    ['America/New_York', '2026-10-31T00:00:00-04:00', '2026-11-03T12:00:00-05:00', [24, 25, 24]],
    ['Asia/Kolkata', '2026-03-28T00:00:00+05:30', '2026-03-31T12:00:00+05:30', [24, 24, 24]],
    // Midnight does not exist on the day at which its clocks go forward.
    ['America/Asuncion', '2023-09-30T00:00:00-04:00', '2023-10-02T12:00:00-03:00', [24, 23]],
    ['Australia/Lord_Howe', '2026-04-04T00:00:00+11:00', '2026-04-06T12:00:00+10:30', [24, 24.5]],
  ])('days of %s from %s to %s', (zone, from, to, expected) => {
    const days = starts(from, to, 'day', zone);
    expect(days[0]).toBe(new Date(from).toISOString());
    expect(lengths(days)).toEqual(expected);
  });

  // Their clocks are, or were, changed at midnight: it is missing on one day of the year, and occurs twice on another.
  it.each([
    ['America/Havana', 2026],
    ['America/Asuncion', 2023],
    ['America/Santiago', 2026],
    ['America/Sao_Paulo', 2018],
    ['America/Scoresbysund', 2026],
    ['Asia/Amman', 2021],
    ['Asia/Beirut', 2026],
    ['Asia/Damascus', 2021],
    ['Asia/Gaza', 2026],
    ['Asia/Tehran', 2021],
    ['Africa/Cairo', 2026],
    ['Atlantic/Azores', 2026],
    ['Pacific/Apia', 2011],
    ['Pacific/Kwajalein', 1993],
  ])('the days, weeks and months of %s in %d begin when its clocks say so', (zone, year) => {
    const [from, to] = [`${year}-01-03T00:00:00Z`, `${year}-12-29T00:00:00Z`];
    const days = daysOfIntl(from, to, zone);
    const within = (moments: string[]) => moments.filter((at) => at > from);
    expect(within(starts(from, to, 'day', zone))).toEqual(days.map(({ at }) => at));
    const first = (isFirst: (date: string) => boolean) =>
      days.filter(({ date }) => isFirst(date)).map(({ at }) => at);
    const mondays = first((date) => new Date(date).getUTCDay() === 1);
    expect(within(starts(from, to, 'week', zone))).toEqual(mondays);
    expect(within(starts(from, to, 'month', zone))).toEqual(first((date) => date.endsWith('-01')));
  });

  it('an hour that is put back comes twice', () => {
    const hours = starts('2026-10-25T00:00:00+02:00', '2026-10-26T00:00:00+01:00', 'hour', 'Europe/Berlin');
    expect(hours).toHaveLength(25);
    expect(new Set(lengths(hours))).toEqual(new Set([1]));
  });

  it('hours of a zone that is half an hour off begin with its own', () => {
    expect(starts('2026-11-21T00:10:00Z', '2026-11-21T01:40:00Z', 'hour', 'Asia/Kolkata')).toEqual([
      '2026-11-20T23:30:00.000Z',
      '2026-11-21T00:30:00.000Z',
      '2026-11-21T01:30:00.000Z',
    ]);
  });

  it('weeks begin on Monday, months on their first', () => {
    expect(starts('2026-11-21T00:00:00Z', '2026-11-24T00:00:00Z', 'week', 'UTC')).toEqual([
      '2026-11-16T00:00:00.000Z',
      '2026-11-23T00:00:00.000Z',
    ]);
    expect(starts('2026-01-31T12:00:00Z', '2026-03-01T00:00:00Z', 'month', 'UTC')).toEqual([
      '2026-01-01T00:00:00.000Z',
      '2026-02-01T00:00:00.000Z',
    ]);
  });

  it('are no more than the limit', () => {
    const [from, to] = [new Date('2026-01-01T00:00:00Z'), new Date('2026-02-01T00:00:00Z')];
    expect(bucketStarts(from, to, 'day', 'UTC', 31)).toHaveLength(31);
    expect(bucketStarts(from, to, 'day', 'UTC', 30)).toBeNull();
  });

  it.each([
    [0, 0],
    [9, 0],
    [10, 1],
    [29, 2],
    [99, 3],
  ])('the moment %d is in bucket %d', (ms, bucket) => {
    expect(bucketOf([0, 10, 20, 30], ms)).toBe(bucket);
  });
});
