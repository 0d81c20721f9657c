import type { Difference, Found } from './check.js';

/** Beyond it the same record may be counted by two checks; memory stays flat instead. */
const MAX_REMEMBERED = 100_000;

/** The records that a run has found: the second check that stumbles over one of them does not count it again. */
export class DifferencesFound implements Found {
  private readonly records = new Set<string>();
  private readonly tags = new Set<string>();

  /** Those that are new. */
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
