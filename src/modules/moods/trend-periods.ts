import { addDays, mondayOf, startOfLocalDay } from '../../common/time/local-days.js';

export const TREND_INTERVALS = ['day', 'week'] as const;
export type TrendInterval = (typeof TREND_INTERVALS)[number];

const DAYS: Readonly<Record<TrendInterval, number>> = { day: 1, week: 7 };

/** The default beginning: 30 days ago, or 12 weeks ago. */
export const defaultFrom = (dateTo: string, interval: TrendInterval): string =>
  interval === 'day' ? addDays(dateTo, -29) : addDays(mondayOf(dateTo), -77);

/**
 * The beginnings, in ms, of the local days, or of the weeks (from Monday), that overlap the range, both days included.
 * A day that the zone has skipped has none. Null: there are more than `limit`.
 */
export function periodStarts(
  dateFrom: string,
  dateTo: string,
  interval: TrendInterval,
  zone: string,
  limit: number,
): number[] | null {
  const starts = new Set<number>();
  let date = interval === 'week' ? mondayOf(dateFrom) : dateFrom;
  for (; date <= dateTo; date = addDays(date, DAYS[interval])) {
    if (starts.size === limit) return null;
    starts.add(startOfLocalDay(date, zone).getTime());
  }
  return [...starts];
}
