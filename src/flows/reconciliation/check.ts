import type { DocumentKey } from './documents.mongo.repository.js';

/**
 * `missing`: the copy does not exist; `extra`: the source of truth has no record for it; `different`: a field has a
 * wrong value.
 */
export type DifferenceKind = 'missing' | 'extra' | 'different';

/**
 * One record that differs from its source of truth. It counts as one difference, however many of its fields are wrong.
 */
export interface Difference {
  kind: DifferenceKind;
  /** The location: `activity_logs/01981c…`. The same record has the same text in every check. */
  record: string;
  /** The key by which a repair finds the record again. */
  id: DocumentKey;
  /** The fault in words for people: names of fields, never their values. */
  detail: string;
  /** The cache tags of answers that show the record. Answers that depend on them may differ as a consequence. */
  tags: readonly string[];
}

/**
 * How many records of a side one batch holds. Small enough that a batch is freed before the heap promotes it, which
 * keeps collections cheap.
 */
export const BATCH = 500;

/** The result of one batch. */
export interface ComparedBatch {
  compared: number;
  differences: readonly Difference[];
}

/** What the checks of one run have found so far, in the form that a later check needs. */
export interface DifferencesSoFar {
  /** Whether one of these cache tags belongs to a record that was found to differ. */
  concerns(tags: readonly string[]): boolean;
}

/**
 * Compares one kind of copy with its source of truth, and repairs it. A feature declares its own checks
 * (`Feature.checks`).
 */
export interface Check {
  /** The name for `--only` and in the reports. */
  readonly name: string;
  /**
   * Compares all records in batches, in bounded memory. Looks a suspicious record up again by its key, so that a
   * change under way is not reported. Rejects with `StoreUnavailable` if a store stays away.
   */
  compare(found: DifferencesSoFar): AsyncIterable<ComparedBatch>;
  /**
   * Compares only what was created or changed since then, at a cost that grows with that part only. A check without it
   * runs only when everything is compared.
   */
  compareRecent?(since: Date, found: DifferencesSoFar): AsyncIterable<ComparedBatch>;
  /**
   * Repairs this one record, whatever its present state, so it may be repeated. Returns what it did, in the past
   * tense. Null: only a person can decide what is right.
   */
  repair(difference: Difference): Promise<string | null>;
}
