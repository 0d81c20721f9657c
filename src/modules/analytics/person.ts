import type { AnalyticsEvent } from './analytics-event.js';

/**
 * The person an event counts for: the user if it names one, otherwise the anonymous person. Null: no person can be
 * determined.
 */
export function personOf({
  user_id: userId,
  anonymous_id: anonymousId,
}: Pick<AnalyticsEvent, 'user_id' | 'anonymous_id'>): string | null {
  if (userId !== null) return `u${userId}`;
  return anonymousId === null ? null : `a${anonymousId}`;
}
