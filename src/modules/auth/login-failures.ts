/** What is counted against an account or an address: how much of it is left, and when it was last added to. */
export interface Failures {
  level: number;
  lastAtMs: number;
}

/** How failures of one kind of key count. */
export interface FailurePolicy {
  /** Failures that cost nothing. Each further one doubles the wait. */
  free: number;
  /** After this time one failure is forgotten. */
  decayMs: number;
  /** What a right password takes off: everything, or a part of one failure. */
  forgivenBySuccess: number;
}

/**
 * An account forgets slowly, and at once when its password is given. An address is shared by many people: of the logins
 * of an office 3 % are typos, of which the right passwords beside them forgive three times as many; a guesser has none.
 */
export const POLICIES = {
  account: { free: 5, decayMs: 15 * 60_000, forgivenBySuccess: Number.POSITIVE_INFINITY },
  address: { free: 50, decayMs: 60_000, forgivenBySuccess: 0.1 },
} as const satisfies Record<string, FailurePolicy>;

/** After the failures that cost nothing: one second, doubled by each further one, up to 15 minutes. */
export const WAITS_MS = Array.from({ length: 11 }, (_, n) => Math.min(1_000 * 2 ** n, 15 * 60_000));

export const NO_FAILURES: Failures = { level: 0, lastAtMs: 0 };

/** What is left of the failures at this moment. */
export const levelAt = ({ level, lastAtMs }: Failures, { decayMs }: FailurePolicy, nowMs: number): number =>
  Math.max(0, level - Math.max(0, nowMs - lastAtMs) / decayMs);

/** How long an attempt has to wait still; 0 or less: it may go. Decay shortens what comes after, not this wait. */
export function leftMs({ level, lastAtMs }: Failures, { free }: FailurePolicy, nowMs: number): number {
  const beyond = Math.ceil(level) - free;
  return beyond < 0 ? 0 : lastAtMs + (WAITS_MS[Math.min(beyond, WAITS_MS.length - 1)] ?? 0) - nowMs;
}

/** One failure more. */
export const afterFailure = (failures: Failures, policy: FailurePolicy, nowMs: number): Failures => ({
  level: levelAt(failures, policy, nowMs) + 1,
  lastAtMs: nowMs,
});

/** A right password. A wait that has begun is neither prolonged nor shortened. */
export const afterSuccess = (failures: Failures, { forgivenBySuccess }: FailurePolicy): Failures => ({
  level: Math.max(0, failures.level - forgivenBySuccess),
  lastAtMs: failures.lastAtMs,
});
