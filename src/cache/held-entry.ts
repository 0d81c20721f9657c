import type { CacheEntry, CacheValue } from './cache-entry.js';
import type { CacheOutcome, CacheRead, CacheRequest } from './cache-request.js';

const DEFAULT_GRACE_MS = 3_600_000;
/**
 * Spreads the expiry of entries that were made together. An entry lives shorter than its TTL by up to this share,
 * never longer.
 */
const JITTER = 0.1;

/** An entry in memory. It also records when it was loaded, in this instance's own sequence of invalidations. */
export interface HeldEntry extends CacheEntry {
  since: number;
}

/** `under` null: the generations could not be read, so the entry is never fresh. */
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

/** An absence is never served stale, because the record may have been created meanwhile. */
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
