/** The failures of an account or an address: how much of the count is left, and when it was last increased. */
export interface Failures {
  level: number;
  lastAtMs: number;
}

/** How failures of one kind of key are counted. */
export interface FailurePolicy {
  /** Failures without a wait. Each further one doubles the wait. */
  free: number;
  /** After this time one failure is removed from the count. */
  decayMs: number;
  /** What a right password subtracts: everything, or a part of one failure. */
  forgivenBySuccess: number;
}

/**
 * The count of an account decays slowly, and a right password clears it at once. An address is shared by many people.
 * In an office, 3 % of the logins are typos, and the right passwords beside them forgive three times as many. An
 * attacker who guesses has no right passwords.
 */
export const POLICIES = {
  account: { free: 5, decayMs: 15 * 60_000, forgivenBySuccess: Number.POSITIVE_INFINITY },
  address: { free: 50, decayMs: 60_000, forgivenBySuccess: 0.1 },
} as const satisfies Record<string, FailurePolicy>;

/** The waits after the free failures: one second, doubled by each further failure, up to 15 minutes. */
export const WAITS_MS = Array.from({ length: 11 }, (_, n) => Math.min(1_000 * 2 ** n, 15 * 60_000));

export const NO_FAILURES: Failures = { level: 0, lastAtMs: 0 };

/** What is left of the failures at this moment. */
export const levelAt = ({ level, lastAtMs }: Failures, { decayMs }: FailurePolicy, nowMs: number): number =>
  Math.max(0, level - Math.max(0, nowMs - lastAtMs) / decayMs);

/** How long an attempt still has to wait. 0 or less: not at all. Decay shortens later waits, not this one. */
export function leftMs({ level, lastAtMs }: Failures, { free }: FailurePolicy, nowMs: number): number {
  const excess = Math.ceil(level) - free;
  return excess < 0 ? 0 : lastAtMs + (WAITS_MS[Math.min(excess, WAITS_MS.length - 1)] ?? 0) - nowMs;
}

/** Adds one failure. */
export const afterFailure = (failures: Failures, policy: FailurePolicy, nowMs: number): Failures => ({
  level: levelAt(failures, policy, nowMs) + 1,
  lastAtMs: nowMs,
});

/** Records a right password. It neither prolongs nor shortens a wait that has begun. */
export const afterSuccess = (failures: Failures, { forgivenBySuccess }: FailurePolicy): Failures => ({
  level: Math.max(0, failures.level - forgivenBySuccess),
  lastAtMs: failures.lastAtMs,
});
