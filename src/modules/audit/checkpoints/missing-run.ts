import type { Findings } from './findings.js';

interface MissingEntry {
  id: string;
  sequence: number;
}

/**
 * Consecutive missing entries, in the order in which they were sealed. Only the end of the log shows whether they were
 * deleted from its middle or cut off.
 */
export class MissingRun {
  private entries: MissingEntry[] = [];
  private unnamed = 0;

  constructor(private readonly findings: Findings) {}

  add(entry: MissingEntry): void {
    if (this.entries.length < this.findings.limit) this.entries.push(entry);
    else this.unnamed += 1;
  }

  /** An entry that was sealed later exists, or was not examined. */
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
