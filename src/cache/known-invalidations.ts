import { LRUCache } from 'lru-cache';

/**
 * Records which tags this instance itself has invalidated, so that an older answer is not served even while Redis and
 * the store are both away. Bounded: a tag whose record was evicted counts as invalidated.
 */
export class KnownInvalidations {
  /** Only `note` counts as use, so the first record to be evicted is always the oldest. */
  private readonly byTag: LRUCache<string, number>;
  private sequence = 0;
  private forgotten = 0;

  constructor(maxTags = 10_000) {
    this.byTag = new LRUCache<string, number>({
      max: maxTags,
      dispose: (at, _tag, reason) => {
        if (reason === 'evict') this.forgotten = at;
      },
    });
  }

  /** The present position in the sequence of invalidations. Take it before a value is loaded. */
  get now(): number {
    return this.sequence;
  }

  note(tags: readonly string[]): void {
    this.sequence += 1;
    for (const tag of tags) this.byTag.set(tag, this.sequence);
  }

  /** Whether one of the tags was invalidated, or may have been, after that moment. */
  hasSince(moment: number, tags: readonly string[]): boolean {
    if (moment < this.forgotten) return true;
    return tags.some((tag) => (this.byTag.peek(tag) ?? 0) > moment);
  }
}
