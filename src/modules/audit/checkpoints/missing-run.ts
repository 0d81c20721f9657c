import type { Findings } from './findings.js';

interface MissingEntry {
  id: string;
  sequence: number;
}

/**
 * Entries that are missing one after the other, in the order in which they were sealed. Only at the end of the log
 * can one tell whether they were deleted from its midst or cut off.
 */
export class MissingRun {
  private entries: MissingEntry[] = [];
  private unnamed = 0;

  constructor(private readonly findings: Findings) {}

  add(entry: MissingEntry): void {
    if (this.entries.length < this.findings.limit) this.entries.push(entry);
    else this.unnamed += 1;
  }

  /** Something that was sealed later is there, or was not looked at. */
  endedByOther(): void {
    this.report('deleted', 'The entry is missing.');
  }

  endedByLog(): void {
    this.report('cut_off', 'The entry is missing, and nothing that was sealed after it is left.');
  }

  private report(kind: 'deleted' | 'cut_off', detail: string): void {
    if (this.entries.length === 0) return;
    for (const { id, sequence } of this.entries) {
      this.findings.add({ kind, entryId: id, checkpoint: sequence, detail });
    }
    this.findings.addUnnamed(this.unnamed);
    this.entries = [];
    this.unnamed = 0;
  }
}
