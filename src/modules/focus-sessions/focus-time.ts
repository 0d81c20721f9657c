import type { FocusSession, FocusTimes } from './focus-session.js';

/** How long the session had run at `at`, without its pauses. Never shrinks with `at`. */
export function activeMs({ started_at: start, ended_at: end, pauses }: FocusTimes, at: Date): number {
  const until = Math.min(at.getTime(), end?.getTime() ?? Infinity);
  const paused = pauses.reduce((sum, { started_at: from, ended_at: to }) => {
    const last = Math.min(until, to?.getTime() ?? Infinity);
    return sum + Math.max(0, last - from.getTime());
  }, 0);
  return Math.max(0, until - start.getTime() - paused);
}

/** The most that a tick that arrived at `at` can have counted, in whole seconds. */
export const activeSeconds = (times: FocusTimes, at: Date): number => Math.floor(activeMs(times, at) / 1_000);

/**
 * What has elapsed by `at`: what ticks claimed, and never more than the wall time less the pauses. Both only grow, so that it
 * never shrinks. Ticks are clamped when they arrive already; a tick may have met a pause that it did not know of.
 */
export const elapsedSeconds = (
  session: FocusTimes & Pick<FocusSession, 'claimed_seconds'>,
  at: Date,
): number => Math.min(session.claimed_seconds, activeSeconds(session, at));

/** When a session is ended for want of ticks: twice its plan after the last sign of life. */
export const expiryOf = ({
  planned_duration_seconds: plan,
  last_tick_at: tick,
  updated_at: changed,
}: Pick<FocusSession, 'planned_duration_seconds' | 'last_tick_at' | 'updated_at'>): Date =>
  new Date(Math.max(tick?.getTime() ?? 0, changed.getTime()) + 2 * plan * 1_000);
