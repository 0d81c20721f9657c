import { LRUCache } from 'lru-cache';

import { newGeneration } from './generation-token.js';
import type { EntryName, LoadLease, Lookup } from './shared-tier.js';
import { SharedTier } from './shared-tier.js';

const NOTHING_PENDING = { tags: 0, organizations: 0, everything: false };

/**
 * Holds the generations of this process only, for a single instance without a Redis. The bytes are in the memory tier
 * only.
 */
export class InProcessTier extends SharedTier {
  /** Evicting the least recently used generation is safe, because its entries become misses. */
  private readonly generations: LRUCache<string, string>;
  private readonly run = newGeneration();
  readonly isTrusted = true;
  readonly isBreakerOpen = false;
  readonly readBudgetMs = Infinity;
  readonly pending = NOTHING_PENDING;

  constructor(maxTags = 100_000) {
    super();
    this.generations = new LRUCache({ max: maxTags });
  }

  override see(tags: readonly string[]): Promise<Lookup> {
    return Promise.resolve({
      run: this.run,
      generations: tags.map((tag) => this.generationOf(tag)),
      entry: null,
    });
  }

  override complete(tags: readonly string[]): Promise<string[]> {
    return Promise.resolve(tags.map((tag) => this.generationOf(tag) ?? this.renew(tag)));
  }

  override leaseLoad(tags: readonly string[], _name: EntryName, _seen: Lookup): Promise<LoadLease> {
    return Promise.resolve({
      generations: tags.map((tag) => this.generationOf(tag) ?? this.renew(tag)),
      entry: null,
    });
  }

  override settle(): Promise<void> {
    return Promise.resolve();
  }

  override replace(tags: readonly string[]): Promise<boolean> {
    for (const tag of tags) this.renew(tag);
    return Promise.resolve(true);
  }

  override open(): Promise<void> {
    return Promise.resolve();
  }

  override close(): Promise<void> {
    this.generations.clear();
    return Promise.resolve();
  }

  private generationOf(tag: string): string | null {
    return this.generations.get(tag) ?? null;
  }

  private renew(tag: string): string {
    const generation = newGeneration();
    this.generations.set(tag, generation);
    return generation;
  }
}
