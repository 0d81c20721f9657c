import { DateTime } from 'luxon';

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
  let start: DateTime = DateTime.fromJSDate(from, { zone }).startOf(interval);
  while (start.toMillis() < to.getTime()) {
    if (starts.length === limit) return null;
    starts.push(start.toMillis());
    start = next(start, interval);
  }
  return starts;
}

/** Hours follow each other in absolute time, so an hour that the local clock repeats is counted twice. */
function next(start: DateTime, interval: Interval): DateTime {
  if (interval !== 'hour') return start.plus({ [interval]: 1 }).startOf(interval);
  const following = start.plus({ hours: 1 }).startOf('hour');
  return following > start ? following : start.plus({ milliseconds: HOUR_MS });
}
