import type { AnalyticsEvent } from './analytics-event.js';
import { personOf } from './person.js';

export const MINUTE_MS = 60_000;
export const LIVE_MINUTES = 60;

export type LiveEvent = Pick<AnalyticsEvent, 'event_name' | 'timestamp' | 'user_id' | 'anonymous_id'>;

/** One minute of one organisation. */
export interface LiveMinute {
  /** By the name of the event. */
  counts: Map<string, number>;
  persons: Set<string>;
}

export const minuteOf = (moment: Date): number => Math.floor(moment.getTime() / MINUTE_MS);

/** The minutes that are shown, oldest first. The current one is the last. */
export const shownMinutes = (now: Date): number[] =>
  Array.from({ length: LIVE_MINUTES }, (_, at) => minuteOf(now) - LIVE_MINUTES + 1 + at);

export function byMinute(events: Iterable<LiveEvent>): Map<number, LiveMinute> {
  const minutes = new Map<number, LiveMinute>();
  for (const event of events) {
    const minute = minuteOf(event.timestamp);
    const known = minutes.get(minute) ?? { counts: new Map<string, number>(), persons: new Set<string>() };
    known.counts.set(event.event_name, (known.counts.get(event.event_name) ?? 0) + 1);
    const person = personOf(event);
    if (person !== null) known.persons.add(person);
    minutes.set(minute, known);
  }
  return minutes;
}
