import type { CacheEntry } from './cache-entry.js';

/** The name of an entry in the shared tier. */
export interface EntryName {
  orgId: string;
  key: string;
}

/** The result of one lookup: the generations of all tags asked for (null: there is none), and the entry. */
export interface Lookup {
  /** The process that holds the generations. A restarted or replaced server is another process. */
  run: string;
  generations: readonly (string | null)[];
  entry: CacheEntry | null;
}

/** The right to load. `entry`: another instance held the lease and has finished its load. */
export interface LoadLease {
  generations: readonly string[];
  entry: CacheEntry | null;
}

export interface PendingFigures {
  tags: number;
  organizations: number;
  everything: boolean;
}

/**
 * Holds the generations, and with Redis the entries that instances share. No method rejects. The result is null or
 * false if the tier cannot be asked, or must not be trusted now.
 */
export abstract class SharedTier {
  /** One round trip. `name` null: only the generations. */
  abstract see(tags: readonly string[], name: EntryName | null, deadline: number): Promise<Lookup | null>;
  /** Makes the generations that are missing and returns all of them. Null: they could not be read. */
  abstract complete(
    tags: readonly string[],
    seen: Lookup,
    deadline: number,
  ): Promise<readonly string[] | null>;
  /**
   * Makes the generations that are missing and takes the lease of this load. If another instance holds the lease,
   * waits for its entry up to a limit. To be called before the load.
   */
  abstract leaseLoad(
    tags: readonly string[],
    name: EntryName,
    seen: Lookup,
    deadline: number,
  ): Promise<LoadLease | null>;
  /**
   * Keeps a loaded entry and ends the lease. Null: there is nothing to keep, because the load failed or must not be
   * kept.
   */
  abstract settle(name: EntryName, loadLease: LoadLease, entry: CacheEntry | null): Promise<void>;
  /**
   * Replaces generations. False: not done yet; the tags stay pending and are applied before the tier is trusted again.
   */
  abstract replace(tags: readonly string[]): Promise<boolean>;
  /** Makes the tier trusted if that is possible now. */
  abstract open(): Promise<void>;
  /** Resolves when no operation is under way any more. */
  abstract close(): Promise<void>;
  abstract readonly isTrusted: boolean;
  /** The tier was too slow and is not asked for a while. */
  abstract readonly isBreakerOpen: boolean;
  /** How long one read may wait for the tier, all round trips together. */
  abstract readonly readBudgetMs: number;
  abstract readonly pending: PendingFigures;
}
