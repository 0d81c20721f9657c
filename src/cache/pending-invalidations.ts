import { epochsOf } from './tags.js';

/** Invalidations in the finest form that was possible: single tags, epochs of organisations, or everything. */
export interface InvalidationBatch {
  tags: readonly string[];
  everything: boolean;
}

/**
 * Invalidations that have not reached Redis yet. Bounded: too many tags are replaced by their organisations' epochs,
 * and too many organisations by everything. So none is lost; the invalidation only becomes coarser.
 */
export class PendingInvalidations {
  private tags = new Set<string>();
  private epochs = new Set<string>();
  private everything = false;
  private taken: InvalidationBatch | null = null;

  constructor(private readonly limit = 1_000) {}

  add(tags: readonly string[]): void {
    for (const tag of tags) this.tags.add(tag);
    if (this.tags.size > this.limit) {
      for (const epoch of epochsOf(this.tags)) this.epochs.add(epoch);
      this.tags.clear();
    }
    if (this.epochs.size > this.limit) {
      this.everything = true;
      this.epochs.clear();
    }
  }

  addEverything(): void {
    this.everything = true;
  }

  /** A batch that is under way counts as pending until it is confirmed. */
  get isEmpty(): boolean {
    return this.taken === null && this.tags.size === 0 && this.epochs.size === 0 && !this.everything;
  }

  /**
   * The batch to apply. Tags that are added after this call belong to the next batch, even if this one contains them
   * too.
   */
  take(): InvalidationBatch {
    this.taken = { tags: [...this.epochs, ...this.tags], everything: this.everything };
    this.tags = new Set();
    this.epochs = new Set();
    this.everything = false;
    return this.taken;
  }

  applied(): void {
    this.taken = null;
  }

  /** The batch could not be applied and is pending again. */
  failed(): void {
    const batch = this.taken;
    this.taken = null;
    if (!batch) return;
    this.everything ||= batch.everything;
    this.add(batch.tags);
  }

  get size(): { tags: number; organizations: number; everything: boolean } {
    const under = this.taken;
    return {
      tags: this.tags.size + (under?.tags.length ?? 0),
      organizations: this.epochs.size,
      everything: this.everything || (under?.everything ?? false),
    };
  }
}
