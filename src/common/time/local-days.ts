import { DateTime, IANAZone } from 'luxon';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

/** The calendar date, `2026-11-21`, that the clocks of a zone show at a moment. */
export function localDateOf(at: Date, zone: string): string {
  const date = DateTime.fromJSDate(at, { zone }).toISODate();
  if (date === null) throw new Error(`There is no date of ${zone} at ${at.getTime()}`);
  return date;
}

/**
 * The first moment at which the clocks of a zone show this date, or a later date if the zone has skipped it
 * (Pacific/Apia, 2011-12-30). Luxon's own `startOf('day')` is an hour late if midnight occurs twice (America/Havana).
 */
export function startOfLocalDay(date: string, zone: string): Date {
  const midnight = utcOf(date);
  const { offset } = offsetsOf(zone);
  // No zone differs from UTC by a whole day, so these are the offsets before and after any change around midnight.
  const offsets = [offset(midnight - DAY_MS), offset(midnight + DAY_MS)];
  const early = midnight - Math.max(...offsets);
  const late = midnight - Math.min(...offsets);
  for (const candidate of [early, late])
    if (candidate + offset(candidate) === midnight) return new Date(candidate);
  return new Date(firstWithin(early, late, (ms) => ms + offset(ms) >= midnight));
}

/** So many days later, or earlier if negative, in the calendar only. */
export const addDays = (date: string, days: number): string =>
  new Date(utcOf(date) + days * DAY_MS).toISOString().slice(0, 10);

/** The Monday of the week of a date. */
export const mondayOf = (date: string): string =>
  addDays(date, -((new Date(utcOf(date)).getUTCDay() + 6) % 7));

const utcOf = (date: string): number => Date.parse(`${date}T00:00:00.000Z`);

function offsetsOf(zone: string): { offset: (ms: number) => number } {
  const clocks = IANAZone.create(zone);
  return { offset: (ms) => Math.round(clocks.offset(ms) * MINUTE_MS) };
}

/** The first of the milliseconds after `low`, up to `high`, from which on the condition is true. */
function firstWithin(low: number, high: number, isReached: (ms: number) => boolean): number {
  let before = low;
  let reached = high;
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (isReached(middle)) reached = middle;
    else before = middle;
  }
  return reached;
}
