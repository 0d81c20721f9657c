import { DateTime } from 'luxon';

import { addDays, localDateOf, mondayOf, startOfLocalDay } from '../../common/time/local-days.js';

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

const HOUR_MS = 3_600_000;

/**
 * The beginnings, in ms, of the local hours, days, weeks (from Monday) or months that overlap `[from, to)`, by the
 * clocks of the zone, so that a day may have 23 or 25 hours. Null: there are more than `limit`.
 */
export function bucketStarts(
  from: Date,
  to: Date,
  interval: Interval,
  zone: string,
  limit: number,
): number[] | null {
  const starts: number[] = [];
  for (const start of interval === 'hour' ? hoursFrom(from, zone) : daysFrom(from, interval, zone)) {
    if (start >= to.getTime()) break;
    if (starts.length === limit) return null;
    // A date that the zone has skipped begins with the date after it.
    if (start !== starts.at(-1)) starts.push(start);
  }
  return starts;
}

/** Hours follow each other in absolute time, so an hour that the local clock repeats is counted twice. */
function* hoursFrom(from: Date, zone: string): Generator<number> {
  let start: DateTime = DateTime.fromJSDate(from, { zone }).startOf('hour');
  for (;;) {
    yield start.toMillis();
    const following = start.plus({ hours: 1 }).startOf('hour');
    start = following > start ? following : start.plus({ milliseconds: HOUR_MS });
  }
}

/** The beginnings of days, weeks or months. */
function* daysFrom(from: Date, interval: Exclude<Interval, 'hour'>, zone: string): Generator<number> {
  for (let date = firstOf[interval](localDateOf(from, zone)); ; date = following[interval](date))
    yield startOfLocalDay(date, zone).getTime();
}

const DAYS_OF_EVERY_MONTH = 31;

/** The first date of the interval that a date is in. */
const firstOf = {
  day: (date: string) => date,
  week: mondayOf,
  month: (date: string) => `${date.slice(0, 7)}-01`,
};

/** The first date of the next interval. */
const following = {
  day: (date: string) => addDays(date, 1),
  week: (date: string) => addDays(date, 7),
  month: (date: string) => firstOf.month(addDays(date, DAYS_OF_EVERY_MONTH)),
};
