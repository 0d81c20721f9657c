import type { Difference, DifferencesSoFar } from './check.js';

/** A limit that keeps memory flat. Beyond it, two checks may count the same record. */
const MAX_REMEMBERED = 100_000;

/** The records that a run has found to differ, so that a second check does not count one of them again. */
export class DifferencesFound implements DifferencesSoFar {
  private readonly records = new Set<string>();
  private readonly tags = new Set<string>();

  /** Returns those that are new. */
  add(differences: readonly Difference[]): Difference[] {
    return differences.filter(({ record, tags }) => {
      if (this.records.has(record)) return false;
      if (this.records.size < MAX_REMEMBERED) this.records.add(record);
      for (const tag of tags) if (this.tags.size < MAX_REMEMBERED) this.tags.add(tag);
      return true;
    });
  }

  concerns(tags: readonly string[]): boolean {
    return tags.some((tag) => this.tags.has(tag));
  }
}
