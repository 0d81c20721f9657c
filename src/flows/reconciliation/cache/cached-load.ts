import type { CacheValue } from '../../../cache/cache-entry.js';

/** The result of repeating the load behind a cache entry. `key`: the key under which the answer belongs. */
export interface FreshLoad {
  key: string;
  value: CacheValue;
}

/** Repeats the loads of one namespace's entries, which no route can repeat (`TaggedCache.readJson`). */
export interface CachedLoad {
  /** Stands in the place of the organisation in the keys of these entries. */
  readonly namespace: string;
  /** `body`: of the entry. Null: the subject of the entry does not exist any more. Rejects with `StoreUnavailable`. */
  again(body: Buffer): Promise<FreshLoad | null>;
}
