import type { EventType, RecordedEvent } from '../outbox/domain-event.js';

export type Document = Readonly<Record<string, unknown>> & { readonly _id: string };

export type Filter = Readonly<Record<string, unknown>>;
/** Update operators: `{ $set: {…}, $inc: {…} }`. */
export type Update = Readonly<Record<string, unknown>>;

/** Changes a derived document once for each `by`, even with operators that are not idempotent, such as `$inc`. */
export interface AppliedOnce {
  /** The `_id` of the derived document, which is created if it is missing. `$setOnInsert` fills it. */
  _id: string;
  /** The event's or effect's id. The document remembers it in `applied_ids`. */
  by: string;
  update: Update;
  /**
   * How many ids the document remembers (the default is 200). A repeat that comes after more than so many others
   * counts again.
   */
  remembered?: number;
  /**
   * The document also remembers `by` in `unsettled_ids`, however many other ids follow, until
   * `ProjectedDocuments.settle` removes it. Call that once the write cannot be repeated any more.
   */
  isUnsettled?: boolean;
}

/** Sets fields of a derived document unless the document is at least as new, so that events may arrive in any order. */
export interface NewerState {
  /** The `_id` of the derived document, which is created if it is missing. */
  _id: string;
  /** A value that grows with each change of the source: its version, its position, its moment. */
  by: { field: string; value: number | string | Date };
  /** A deletion is a state too (`{ deleted: true }`), because an older state that arrives after it must find it. */
  set: Readonly<Record<string, unknown>>;
}

/**
 * One write that may be repeated without a further effect.
 * - `insert` is skipped if its `_id` exists, so a late repeat never overwrites a document.
 * - `updateMany` and `deleteMany` must have the same result when they are applied twice.
 * - `applyOnce` and `putNewer` guarantee that themselves.
 */
export type ProjectedWrite =
  | { collection: string; insert: Document }
  | { collection: string; updateMany: { filter: Filter; update: Update; upsert?: boolean } }
  | { collection: string; deleteMany: { filter: Filter } }
  | { collection: string; applyOnce: AppliedOnce }
  | { collection: string; putNewer: NewerState };

/** How the documents that a projection inserts are compared with the events from which they were made. */
export interface ComparedCopy {
  /** The name of the check, for `--only` and the reports. */
  check: string;
  collection: string;
  /** Whether the document claims to be made from an event. */
  claimsEvent: (document: Readonly<Record<string, unknown>>) => boolean;
  /** Fields that another check compares. */
  elsewhere: readonly string[];
}

/** Turns events into documents of MongoDB. Pure: the same event always gives the same writes. */
export interface Projection {
  readonly name: string;
  /** `every`: each type that a feature declares. */
  readonly handles: readonly EventType[] | 'every';
  writes: (event: RecordedEvent) => readonly ProjectedWrite[];
  /** The cache tags of what it changes in MongoDB. They are replaced after the write. */
  tags: (event: RecordedEvent) => readonly string[];
  /**
   * Set if the projection makes one document of each event. `db:verify` compares them with the event log, field by
   * field.
   */
  readonly compared?: ComparedCopy;
}
