import type { DocumentKey } from './documents.mongo.repository.js';

/** `missing`: the copy is not there; `extra`: nothing stands for it; `different`: a field is not what it should be. */
export type DifferenceKind = 'missing' | 'extra' | 'different';

/** One record that is not what its source of truth says. However much of it is wrong, it is one difference. */
export interface Difference {
  kind: DifferenceKind;
  /** Where it is: `activity_logs/01981c…`. The same record has the same text in every check. */
  record: string;
  /** By which a repair finds it again. */
  id: DocumentKey;
  /** What is wrong, for people: names of fields, never their values. */
  detail: string;
  /** The cache tags of what shows the record: answers that depend on them may differ in consequence. */
  tags: readonly string[];
}

/** Records of a side in one batch. Small: what is gone before the next one but one never leaves the young generation of the heap. */
export const BATCH = 500;

/** What was found since the batch before. */
export interface ComparedBatch {
  compared: number;
  differences: readonly Difference[];
}

/** What the checks of one run have found so far, as far as a later check has to know. */
export interface Found {
  /** Whether one of these cache tags shows a record that was found to differ. */
  concerns(tags: readonly string[]): boolean;
}

/** One pair of copies, and how to make them agree. A feature declares its own (`Feature.checks`). */
export interface Check {
  /** As `--only` and the reports name it. */
  readonly name: string;
  /**
   * Streams both sides in key order, in bounded memory. What is in flight is not reported: a suspicious record is
   * looked up again by its key. Rejects with `StoreUnavailable` where a store stays away.
   */
  compare(found: Found): AsyncIterable<ComparedBatch>;
  /**
   * The same for what was made or changed since then, at a cost that grows with that part alone. A check without it is left to
   * the comparisons of everything.
   */
  compareRecent?(since: Date, found: Found): AsyncIterable<ComparedBatch>;
  /**
   * Makes this one record right, whatever is there now: it may be repeated. Says what it did, in the past tense;
   * null where nobody but a person can tell what is right.
   */
  repair(difference: Difference): Promise<string | null>;
}
