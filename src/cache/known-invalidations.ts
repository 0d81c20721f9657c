/**
 * Records which tags this instance itself has invalidated, so that an older answer is not served even while Redis and
 * the store are both away. Bounded: a tag whose record was evicted counts as invalidated.
 */
export class KnownInvalidations {
  private readonly byTag = new Map<string, number>();
  private sequence = 0;
  private forgotten = 0;

  constructor(private readonly maxTags = 10_000) {}

  /** The present position in the sequence of invalidations. Take it before a value is loaded. */
  get now(): number {
    return this.sequence;
  }

  note(tags: readonly string[]): void {
    this.sequence += 1;
    for (const tag of tags) {
      this.byTag.delete(tag);
      this.byTag.set(tag, this.sequence);
    }
    for (const [tag, at] of this.byTag) {
      if (this.byTag.size <= this.maxTags) break;
      this.byTag.delete(tag);
      this.forgotten = at;
    }
  }

  /** Whether one of the tags was invalidated, or may have been, after that moment. */
  hasSince(moment: number, tags: readonly string[]): boolean {
    if (moment < this.forgotten) return true;
    return tags.some((tag) => (this.byTag.get(tag) ?? 0) > moment);
  }
}
