/** What is counted against an account or an address. */
export interface Failures {
  count: number;
  lastAtMs: number;
}

/** What was counted before an attempt, and whether the attempt was counted on top of it, or refused. */
export interface CountedAttempt {
  before: Failures;
  isCounted: boolean;
}

/** After the failures that cost nothing: one second, doubled by each further one, up to 15 minutes. */
export const WAITS_MS = Array.from({ length: 11 }, (_, n) => Math.min(1_000 * 2 ** n, 15 * 60_000));

/** After this time without an attempt nothing is left of the failures. */
export const FORGET_AFTER_MS = 30 * 60_000;

/** How long an attempt has to wait still; 0 or less: it may go. */
export const leftMs = ({ count, lastAtMs }: Failures, free: number, nowMs: number): number =>
  count < free ? 0 : lastAtMs + (WAITS_MS[Math.min(count - free, WAITS_MS.length - 1)] ?? 0) - nowMs;
