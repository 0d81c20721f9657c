import type { FieldError } from '../../common/errors/domain-error.js';
import { retainedSince } from '../../flows/archive/archive-rule.js';
import { DAY_MS } from './roll-up.js';

/** How far the clock of a client may be ahead. */
const MAX_AHEAD_MS = DAY_MS;

/**
 * What is wrong with the moment of an event. Null: nothing. Events older than the retention were archived, so their
 * day is closed.
 */
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
