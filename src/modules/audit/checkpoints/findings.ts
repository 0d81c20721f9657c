/**
 * - `altered`: a covered field was changed. `reordered`: a time was changed.
 * - `deleted`: an entry is missing; `cut_off`: it is missing, and so is everything that was sealed after it.
 * - `inserted`: an entry is in the sealed part of the log but has no seal and no witness.
 * - `checkpoint_altered`, `checkpoint_missing`: the chain itself was tampered with. The entries that such a checkpoint
 *   covered cannot be judged.
 */
export const FINDING_KINDS = [
  'altered',
  'deleted',
  'cut_off',
  'reordered',
  'inserted',
  'checkpoint_altered',
  'checkpoint_missing',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  kind: FindingKind;
  /** Null: the finding is about a checkpoint. */
  entryId: string | null;
  /** The sequence of the checkpoint; null: no checkpoint covers the entry. */
  checkpoint: number | null;
  detail: string;
}

/** Counts all findings and names the first ones. */
export class Findings {
  private readonly first: Finding[] = [];
  private count = 0;

  constructor(readonly limit: number) {}

  add(finding: Finding): void {
    this.count += 1;
    if (this.first.length < this.limit) this.first.push(finding);
  }

  /** Adds findings to the count without naming them. */
  addUnnamed(count: number): void {
    this.count += count;
  }

  get named(): readonly Finding[] {
    return this.first;
  }

  get total(): number {
    return this.count;
  }
}
