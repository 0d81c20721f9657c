import { Injectable } from '@nestjs/common';

import { SharedTier } from './shared-tier.js';

/**
 * The generations of some tags at one moment. If they are equal later, no writer has replaced one of the tags in
 * between.
 */
export interface GenerationsSeen {
  /** The process that holds the generations. A restarted or replaced server is another process. */
  run: string;
  generations: readonly string[];
}

/**
 * For code that keeps its own copies of data that depends on tags. An entry of the cache stores its generations
 * itself.
 */
@Injectable()
export class TagGenerations {
  constructor(private readonly shared: SharedTier) {}

  /**
   * To be read before the copy is loaded, and compared each time it is used. One round trip if all generations exist.
   * Null: they cannot be read or must not be trusted now, so the caller has to ask the source. Never rejects.
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
