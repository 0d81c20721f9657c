import type { CacheValue } from '../../../cache/cache-entry.js';

/** The load behind a cache entry, done again. `key`: under which the answer belongs. */
export interface FreshLoad {
  key: string;
  value: CacheValue;
}

/** Knows how to ask again what the entries of one namespace answer: what no route answers (`TaggedCache.readJson`). */
export interface CachedLoad {
  /** What stands in the place of an organisation in the keys of these entries. */
  readonly namespace: string;
  /** `body`: of the entry. Null: what it is about does not exist any more. Rejects with `StoreUnavailable`. */
  again(body: Buffer): Promise<FreshLoad | null>;
}
