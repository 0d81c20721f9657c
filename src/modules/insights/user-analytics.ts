import { addDays } from '../../common/time/local-days.js';
import { type ActivityCounts, addCounts, type CountedDay, emptyDay, noCounts } from './daily-activity.js';

export const USER_ANALYTICS_COLLECTION = 'user_analytics';

/** Days in a row that have an entry. */
export type EntryRun = Readonly<{ first: string; days: number }>;

/** What all days of a person come to. */
export interface Summary {
  totals: ActivityCounts;
  focus_by_hour: number[];
  /** In the order of the calendar. */
  entry_runs: EntryRun[];
}

/** The insights of a person, as they stand in MongoDB. A document that only has marks is not summed up yet. */
export type UserAnalytics = Readonly<
  Partial<Summary> & {
    /** `ownerId`. */
    _id: string;
    organization_id: string;
    user_id: string;
    /** By which the days were cut. */
    time_zone?: string;
    /** What has changed since: see `insight-marks.ts`. */
    marks?: Readonly<Record<string, true>>;
    is_stale?: true;
    /** Grows with each mark and each summary. */
    revision: number;
  }
>;

/** Sums up days, in the order of the calendar. */
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

/** The run that reaches today, or yesterday where today has no entry yet, up to that day; and the longest one. */
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
