import type { FieldError } from '../../common/errors/domain-error.js';
import { DAY_MS } from './roll-up.js';

/** By how much the clock of a client may be ahead. */
const MAX_AHEAD_MS = DAY_MS;

/** Since when events are kept. What is older was archived, and its day is closed. */
export const retainedSince = (now: Date, retentionDays: number): Date =>
  new Date(Math.floor(now.getTime() / DAY_MS) * DAY_MS - retentionDays * DAY_MS);

/** What is wrong with the moment of an event; null: nothing. */
export function faultOfTime(timestamp: Date, now: Date, retentionDays: number): FieldError | null {
  if (timestamp.getTime() > now.getTime() + MAX_AHEAD_MS)
    return { path: 'timestamp', code: 'too_far_ahead', message: 'must not be more than one day ahead' };
  if (timestamp < retainedSince(now, retentionDays))
    return {
      path: 'timestamp',
      code: 'before_retention',
      message: `must not be older than the ${retentionDays} days for which events are kept`,
    };
  return null;
}
