import type { CacheEntry } from './cache-entry.js';
import type { Sighting } from './shared-tier.js';

/** What a load gave. `fromOther`: another instance's load did. */
export interface Landing {
  entry: CacheEntry;
  isStored: boolean;
  fromOther: boolean;
}

/**
 * One load under way in this process. A later read may share it only where the generations that it has just
 * read are the ones from before this load: a read that starts after a write must not be given what was loaded
 * before it.
 */
export class Flight {
  /** Null: nobody can tell any more. */
  private generations: readonly (string | null)[] | null;
  readonly landing: Promise<Landing>;

  constructor(
    private readonly seen: Sighting,
    load: (flight: Flight) => Promise<Landing>,
  ) {
    this.generations = seen.generations;
    this.landing = load(this);
  }

  isFor({ run, generations }: Sighting): boolean {
    const own = this.generations;
    return own !== null && run === this.seen.run && own.every((token, index) => token === generations[index]);
  }

  /** The generations that the load is stored under. From here on a missing one is not this flight's. */
  claimed(generations: readonly string[] | null): void {
    this.generations = generations ?? (this.seen.generations.includes(null) ? null : this.seen.generations);
  }
}
