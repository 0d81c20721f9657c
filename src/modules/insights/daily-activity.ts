import { DateTime } from 'luxon';

import { localDateOf } from '../../common/time/local-days.js';

export const DAILY_ACTIVITY_COLLECTION = 'daily_activity_logs';

/** A person in an organisation, which are the scope of insights. */
export interface InsightOwner {
  orgId: string;
  userId: string;
}

/** The counts of a day, or of all days together. */
export interface ActivityCounts {
  entries: number;
  words: number;
  moods: number;
  intensity_sum: number;
  focus_sessions: number;
  focus_seconds: number;
}

/**
 * The contribution of one record, on a calendar date or on the date that the person's clocks show at the moment `at`.
 */
export type Contribution = Partial<ActivityCounts> & ({ date: string } | { at: Date });

/** A day of a person as stored in MongoDB. */
export type DailyActivity = Readonly<
  ActivityCounts & {
    /** `dailyActivityId`. */
    _id: string;
    organization_id: string;
    user_id: string;
    /** `2026-11-21`, in the person's time zone. */
    date: string;
    /** The seconds of focus by the local hour in which their session began: 24 numbers. */
    focus_by_hour: readonly number[];
    /** Counts the writes. A writer replaces only the revision that it has read. */
    revision: number;
  }
>;

/** The counts of a day before they are stored. */
export type CountedDay = ActivityCounts & { focus_by_hour: number[] };

export const ownerId = ({ orgId, userId }: InsightOwner): string => `${orgId}:${userId}`;
export const dailyActivityId = (owner: InsightOwner, date: string): string => `${ownerId(owner)}:${date}`;

/** The owner in one of these ids. */
export function ownerOfId(id: string): InsightOwner {
  const [orgId = '', userId = ''] = id.split(':');
  return { orgId, userId };
}

export const noCounts = (): ActivityCounts => ({
  ...{ entries: 0, words: 0, moods: 0, intensity_sum: 0, focus_sessions: 0, focus_seconds: 0 },
});

export const emptyDay = (): CountedDay => ({
  ...noCounts(),
  focus_by_hour: Array.from({ length: 24 }, () => 0),
});

const COUNTS = Object.keys(noCounts()) as (keyof ActivityCounts)[];

export function addCounts(sum: ActivityCounts, more: Partial<ActivityCounts>): void {
  for (const name of COUNTS) sum[name] += more[name] ?? 0;
}

/** Adds the contribution of a record to its day. */
export function addContribution(
  days: Map<string, CountedDay>,
  contribution: Contribution,
  zone: string,
): void {
  const date = 'date' in contribution ? contribution.date : localDateOf(contribution.at, zone);
  const day = days.get(date) ?? emptyDay();
  days.set(date, day);
  addCounts(day, contribution);
  if (!('at' in contribution) || contribution.focus_seconds === undefined) return;
  const { hour } = DateTime.fromJSDate(contribution.at, { zone });
  day.focus_by_hour[hour] = (day.focus_by_hour[hour] ?? 0) + contribution.focus_seconds;
}

/** The names of the counts that differ. */
export const differingCounts = (one: Readonly<CountedDay>, other: DailyActivity | CountedDay): string[] => [
  ...COUNTS.filter((name) => one[name] !== other[name]),
  ...(one.focus_by_hour.every((seconds, hour) => seconds === other.focus_by_hour[hour])
    ? []
    : ['focus_by_hour']),
];
