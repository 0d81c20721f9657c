import type { FocusSession, FocusTimes } from './focus-session.js';

/** How long the session had run at `at`, without its pauses. Never decreases with `at`. */
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
 * The elapsed time at `at`: the claims of the ticks, and at most the wall time less the pauses. Both only grow, so it
 * never decreases. Ticks are also clamped when they arrive, but a tick may have ignored a pause that it did not know.
 */
export const elapsedSeconds = (
  session: FocusTimes & Pick<FocusSession, 'claimed_seconds'>,
  at: Date,
): number => Math.min(session.claimed_seconds, activeSeconds(session, at));

/** When a session without ticks is ended: twice its planned duration after the last tick or change. */
export const expiryOf = ({
  planned_duration_seconds: plan,
  last_tick_at: tick,
  updated_at: changed,
}: Pick<FocusSession, 'planned_duration_seconds' | 'last_tick_at' | 'updated_at'>): Date =>
  new Date(Math.max(tick?.getTime() ?? 0, changed.getTime()) + 2 * plan * 1_000);
