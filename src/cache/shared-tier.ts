import type { CacheEntry } from './cache-entry.js';

/** The name of an entry in the shared tier. */
export interface EntryName {
  orgId: string;
  key: string;
}

/** What was found in one look: the generations of all tags asked for (null: there is none), and the entry. */
export interface Sighting {
  /** The process that holds the generations: one that was restarted or replaced has another. */
  run: string;
  generations: readonly (string | null)[];
  entry: CacheEntry | null;
}

/** The right to load. `entry`: somebody else was loading and has finished. */
export interface Claim {
  generations: readonly string[];
  entry: CacheEntry | null;
}

export interface PendingFigures {
  tags: number;
  organizations: number;
  everything: boolean;
}

/**
 * Where the generations live, and with Redis the entries that instances share. No method rejects: what cannot
 * be asked, or must not be trusted now, is null or false.
 */
export abstract class SharedTier {
  /** One round trip. `name` null: only the generations. */
  abstract see(tags: readonly string[], name: EntryName | null, deadline: number): Promise<Sighting | null>;
  /** Makes the generations that are missing, and says what all of them are. Null: they could not be asked. */
  abstract complete(
    tags: readonly string[],
    seen: Sighting,
    deadline: number,
  ): Promise<readonly string[] | null>;
  /**
   * Makes the generations that are missing and takes the lease of this load; where another instance has it,
   * waits for its entry within a bound. To be called before the load.
   */
  abstract claim(
    tags: readonly string[],
    name: EntryName,
    seen: Sighting,
    deadline: number,
  ): Promise<Claim | null>;
  /** Keeps a loaded entry and ends the lease; null: nothing to keep, as the load failed or must not be kept. */
  abstract settle(name: EntryName, claim: Claim, entry: CacheEntry | null): Promise<void>;
  /** Replaces generations. False: it could not be done now; it is kept and done before the tier is trusted again. */
  abstract replace(tags: readonly string[]): Promise<boolean>;
  /** Makes the tier trusted if that is possible now. */
  abstract open(): Promise<void>;
  /** Resolves when nothing is on its way any more. */
  abstract close(): Promise<void>;
  abstract readonly isTrusted: boolean;
  /** It was too slow and is not asked for a while. */
  abstract readonly isBreakerOpen: boolean;
  /** What one read may wait for it, all round trips together. */
  abstract readonly readBudgetMs: number;
  abstract readonly pending: PendingFigures;
}
