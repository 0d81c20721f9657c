import { localDateOf } from '../../common/time/local-days.js';

/** All days have to be counted again, because the time zone has changed. */
export const ALL_DAYS = 'all';

/** Each date costs a few queries: beyond so many, those of an import, one pass over everything costs less. */
const MAX_DATES = 366;
const HOUR = 13;
const HOUR_MS = 3_600_000;

/** The name of a mark: the date, or the UTC hour of a moment. So there are few marks. */
export const markOf = (when: string | Date): string =>
  typeof when === 'string' ? when : when.toISOString().slice(0, HOUR);

/** The dates that marks may be about in a time zone; null: all, or many. An hour of UTC may lie in two. */
export function datesOf(marks: readonly string[], zone: string): string[] | null {
  if (marks.includes(ALL_DAYS)) return null;
  const dates = marks.flatMap((mark) => {
    if (mark.length < HOUR) return [mark];
    const from = Date.parse(`${mark}:00:00.000Z`);
    return [from, from + HOUR_MS - 1].map((ms) => localDateOf(new Date(ms), zone));
  });
  const distinct = new Set(dates);
  return distinct.size > MAX_DATES ? null : [...distinct].toSorted();
}
