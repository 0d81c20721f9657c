import type { CacheEntry, CacheValue } from './cache-entry.js';
import type { CacheOutcome, CacheRead, CacheRequest } from './cache-request.js';

const DEFAULT_GRACE_MS = 3_600_000;
/** Entries that were made together must not all end together. Only ever shorter than asked for. */
const JITTER = 0.1;

/** An entry in memory: it also remembers when it was loaded in this instance's own sequence of invalidations. */
export interface HeldEntry extends CacheEntry {
  since: number;
}

/** `under` null: nobody could be asked for the generations, so it is never fresh. */
export function heldEntry(
  ask: { request: CacheRequest; tags: readonly string[]; present: number; since: number },
  value: CacheValue,
  storedAt: number,
  under: { run: string; generations: readonly string[] } | null,
): HeldEntry {
  const { request, tags, present, since } = ask;
  const ttlMs = (value.ttlMs ?? request.ttlMs) * (1 - Math.random() * JITTER);
  const depends = value.isAbsence ? tags.length : present;
  return {
    value,
    run: under?.run ?? null,
    generations: under?.generations.slice(0, depends) ?? [],
    asked: { tags: tags.slice(0, depends), key: request.isReplayable ? request.key : null },
    storedAt,
    expiresAt: Math.ceil(storedAt + ttlMs),
    graceMs: value.isAbsence ? 0 : (request.graceMs ?? DEFAULT_GRACE_MS),
    since,
  };
}

export const isKeepable = (entry: CacheEntry): boolean => entry.value.ttlMs !== 0;

/** An absence is never given as stale: what was created meanwhile would be denied. */
export const isWithinGrace = (entry: CacheEntry, now: number): boolean =>
  !entry.value.isAbsence && now < entry.expiresAt + entry.graceMs;

export const answered = (
  entry: CacheEntry,
  outcome: CacheOutcome,
  tier: CacheRead['tier'],
  now: number,
  isStored = false,
): CacheRead => ({
  value: entry.value,
  outcome,
  tier,
  ttlMs: entry.expiresAt - now,
  ageMs: Math.max(0, now - entry.storedAt),
  isStored,
});
