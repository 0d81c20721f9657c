import type { CacheValue } from './cache-entry.js';
import { epochsOf, tags } from './tags.js';

/** What is read, and the tags that the answer depends on. */
export interface CacheRequest {
  /**
   * The organisation, or another name for entries that are invalidated together. Its Redis keys share one hash slot.
   */
  orgId: string;
  /** Unique within the organisation. Must contain everything that changes the answer, the principal's scope first. */
  key: string;
  /** Full tags. The entry becomes a miss when a writer replaces one of them. */
  tags: readonly string[];
  /** Further tags for an answer that says that something is absent: the tags that its creation replaces. */
  missTags?: readonly string[];
  ttlMs: number;
  /** How long after its expiry the entry may still be served while the store of the load is down. Default one hour. */
  graceMs?: number;
  /** The key contains all that is needed to repeat the request, and no secret, so the entry may store it. */
  isReplayable?: boolean;
  /** The label of the counters: one of a fixed set, never derived from a request. */
  route?: string;
}

/**
 * How a read was answered. `hit`: from a tier; `miss`: loaded; `coalesced`: by the load of another read; `stale`:
 * after its expiry, because the store of the load is down; `bypass`: loaded, because the cache could not be asked.
 */
export type CacheOutcome = 'hit' | 'miss' | 'coalesced' | 'stale' | 'bypass';

export interface CacheRead {
  value: CacheValue;
  outcome: CacheOutcome;
  /** Where the bytes were. */
  tier: 'memory' | 'redis' | 'load';
  /** Time left; negative when stale. */
  ttlMs: number;
  ageMs: number;
  /** Whether later reads can be answered from this load. */
  isStored: boolean;
}

/** The tags of a request in the one order in which their generations are read, stored and compared. */
export interface Dependencies {
  /** Epochs first, then `tags`, then `missTags`. */
  all: readonly string[];
  /** How many of them an answer depends on if it is not an absence. */
  present: number;
}

export function dependenciesOf(request: CacheRequest): Dependencies {
  const { orgId, tags: named, missTags = [] } = request;
  const epochs = epochsOfRequest(orgId, named, missTags);
  return { all: [...epochs, ...named, ...missTags], present: epochs.length + named.length };
}

function epochsOfRequest(orgId: string, named: readonly string[], missTags: readonly string[]): string[] {
  const epoch = tags.organization(orgId);
  const isOfOrg = (tag: string): boolean => tag.startsWith(epoch) && tag[epoch.length] === ':';
  // The common case: there is nothing to collect.
  if (named.every(isOfOrg) && missTags.every(isOfOrg)) return [epoch];
  return epochsOf([epoch, ...named, ...missTags]);
}
