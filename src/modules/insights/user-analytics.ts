import { addDays } from '../../common/time/local-days.js';
import { type ActivityCounts, addCounts, type CountedDay, emptyDay, noCounts } from './daily-activity.js';

export const USER_ANALYTICS_COLLECTION = 'user_analytics';

/** Days in a row that have an entry. */
export type EntryRun = Readonly<{ first: string; days: number }>;

/** The totals over all days of a person. */
export interface Summary {
  totals: ActivityCounts;
  focus_by_hour: number[];
  /** In the order of the calendar. */
  entry_runs: EntryRun[];
}

/** The insights of a person as stored in MongoDB. A document with marks only has no summary yet. */
export type UserAnalytics = Readonly<
  Partial<Summary> & {
    /** `ownerId`. */
    _id: string;
    organization_id: string;
    user_id: string;
    /** The time zone that defined the days. */
    time_zone?: string;
    /** The days to count again: see `insight-marks.ts`. */
    marks?: Readonly<Record<string, true>>;
    is_stale?: true;
    /** Grows with each mark and each summary. */
    revision: number;
  }
>;

/** Sums up days, which are in the order of the calendar. */
export function summaryOf(days: Iterable<readonly [date: string, day: Readonly<CountedDay>]>): Summary {
  const { focus_by_hour } = emptyDay();
  const summary: Summary = { totals: noCounts(), focus_by_hour, entry_runs: [] };
  for (const [date, day] of days) {
    addCounts(summary.totals, day);
    for (const [hour, seconds] of day.focus_by_hour.entries())
      focus_by_hour[hour] = (focus_by_hour[hour] ?? 0) + seconds;
    if (day.entries > 0) prolong(summary.entry_runs, date);
  }
  return summary;
}

function prolong(runs: EntryRun[], date: string): void {
  const last = runs.at(-1);
  if (last && addDays(last.first, last.days) === date)
    runs[runs.length - 1] = { first: last.first, days: last.days + 1 };
  else runs.push({ first: date, days: 1 });
}

/** The current streak, up to today, or to yesterday if today has no entry yet; and the longest streak. */
export function streaksOf(runs: readonly EntryRun[], today: string): { current: number; longest: number } {
  const until = (day: string): number => {
    const run = runs.find(({ first, days }) => first <= day && day < addDays(first, days));
    return run ? daysBetween(run.first, day) + 1 : 0;
  };
  return {
    current: until(today) || until(addDays(today, -1)),
    longest: runs.reduce((longest, { days }) => Math.max(longest, days), 0),
  };
}

const daysBetween = (from: string, to: string): number => (Date.parse(to) - Date.parse(from)) / 86_400_000;

/** Up to three local hours with the most focus, the best first. */
export const bestHours = (byHour: readonly number[]): number[] =>
  [...byHour.entries()]
    .filter(([, seconds]) => seconds > 0)
    .toSorted(([one, a], [other, b]) => b - a || one - other)
    .slice(0, 3)
    .map(([hour]) => hour);
