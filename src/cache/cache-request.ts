import type { CacheValue } from './cache-entry.js';
import { epochsOf, tags } from './tags.js';

/** What is asked for, and what it depends on. */
export interface CacheRequest {
  /** The organisation, or another name for what is invalidated together: its Redis keys share one hash slot. */
  orgId: string;
  /** Unique within the organisation; must hold whatever the answer differs by, the principal's scope first. */
  key: string;
  /** Full tags. A writer that replaces one of them makes the entry a miss. */
  tags: readonly string[];
  /** Further tags for an answer that says that something is absent: the ones that its creation replaces. */
  missTags?: readonly string[];
  ttlMs: number;
  /** How long past its time the entry may still be given while the store of the load is down. Default one hour. */
  graceMs?: number;
  /** The key says all that is needed to ask again, and no secret: it may stand in the entry. */
  isReplayable?: boolean;
  /** The label of the counters; one of a few words, never made from a request. */
  route?: string;
}

/**
 * How a read was answered. `hit`: from a tier; `miss`: loaded; `coalesced`: by somebody else's load; `stale`:
 * past its time, because the load's store is down; `bypass`: loaded, because the cache could not be asked.
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
  /** A load that later reads can be answered from. */
  isStored: boolean;
}

/** The tags of a request in the one order in which their generations are read, stored and compared. */
export interface Dependencies {
  /** Epochs first, then `tags`, then `missTags`. */
  all: readonly string[];
  /** How many of them an answer depends on that is not an absence. */
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
  // Nearly always: then there is nothing to collect.
  if (named.every(isOfOrg) && missTags.every(isOfOrg)) return [epoch];
  return epochsOf([epoch, ...named, ...missTags]);
}
