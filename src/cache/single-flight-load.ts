import type { CacheEntry } from './cache-entry.js';
import type { Lookup } from './shared-tier.js';

/** The result of a load. `fromOther`: another instance loaded it. */
export interface LoadResult {
  entry: CacheEntry;
  isStored: boolean;
  fromOther: boolean;
}

/**
 * One load under way in this process. A later read may share it only if the generations that it has just read are the
 * ones from before this load. Otherwise a read that starts after a write could be given what was loaded before the
 * write.
 */
export class SingleFlightLoad {
  /** Null: unknown, so no later read may share the load. */
  private generations: readonly (string | null)[] | null;
  readonly result: Promise<LoadResult>;

  constructor(
    private readonly seen: Lookup,
    load: (singleFlight: SingleFlightLoad) => Promise<LoadResult>,
  ) {
    this.generations = seen.generations;
    this.result = load(this);
  }

  isFor({ run, generations }: Lookup): boolean {
    const own = this.generations;
    return own !== null && run === this.seen.run && own.every((token, index) => token === generations[index]);
  }

  /**
   * The generations that the load is stored under. After this call, a missing generation no longer matches this load.
   */
  leased(generations: readonly string[] | null): void {
    this.generations = generations ?? (this.seen.generations.includes(null) ? null : this.seen.generations);
  }
}
