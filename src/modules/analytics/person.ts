import type { AnalyticsEvent } from './analytics-event.js';

/** Whom an event counts for: the user where it names one, else the anonymous person; null: nobody that can be counted. */
export function personOf({
  user_id: userId,
  anonymous_id: anonymousId,
}: Pick<AnalyticsEvent, 'user_id' | 'anonymous_id'>): string | null {
  if (userId !== null) return `u${userId}`;
  return anonymousId === null ? null : `a${anonymousId}`;
}
