import { Injectable } from '@nestjs/common';

import { SharedTier } from './shared-tier.js';

/** What some tags were at one moment. Equal ones say that no writer has replaced one of them in between. */
export interface GenerationsSeen {
  /** The process that holds the generations: one that was restarted or replaced has another. */
  run: string;
  generations: readonly string[];
}

/** For whoever keeps something of its own that depends on tags: an entry of the cache has its generations beside it. */
@Injectable()
export class TagGenerations {
  constructor(private readonly shared: SharedTier) {}

  /**
   * Read before what is kept is loaded, and compared each time it is used. One round trip where all of them exist. Null: they
   * cannot be asked, or not be trusted now, so that only the source itself says what is current. Never rejects.
   */
  async see(tags: readonly string[]): Promise<GenerationsSeen | null> {
    const deadline = performance.now() + this.shared.readBudgetMs;
    const seen = await this.shared.see(tags, null, deadline);
    if (!seen) return null;
    const generations = await this.shared.complete(tags, seen, deadline);
    return generations && { run: seen.run, generations };
  }
}

export const areSame = (one: GenerationsSeen | null, other: GenerationsSeen | null): boolean =>
  one !== null &&
  other !== null &&
  one.run === other.run &&
  one.generations.length === other.generations.length &&
  one.generations.every((generation, at) => generation === other.generations[at]);
