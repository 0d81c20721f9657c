import type { EventType, RecordedEvent } from '../outbox/domain-event.js';

export type Document = Readonly<Record<string, unknown>> & { readonly _id: string };

export type Filter = Readonly<Record<string, unknown>>;
/** Update operators: `{ $set: {…}, $inc: {…} }`. */
export type Update = Readonly<Record<string, unknown>>;

/** Changes a derived document once for each `by`, also by what is not idempotent itself, such as `$inc`. */
export interface AppliedOnce {
  /** Of the derived document, which is made where it is missing: `$setOnInsert` fills it. */
  _id: string;
  /** The event's or effect's id. The document remembers it in `applied_ids`. */
  by: string;
  update: Update;
  /** How many ids the document remembers (the default is 200). A repeat that comes later than so many others counts again. */
  remembered?: number;
  /**
   * The document also remembers `by` in `unsettled_ids`, however many others come, until `ProjectedDocuments.settle` removes it
   * there: call it once nothing can repeat the write any more.
   */
  isUnsettled?: boolean;
}

/** Sets fields of a derived document unless it is as new already, so that events may arrive in any order. */
export interface NewerState {
  /** Of the derived document, which is made where it is missing. */
  _id: string;
  /** What grows with each change of the source: its version, its position, its moment. */
  by: { field: string; value: number | string | Date };
  /** A deletion is a state too (`{ deleted: true }`): an older state that arrives after it must find it. */
  set: Readonly<Record<string, unknown>>;
}

/**
 * One write that may be repeated without changing anything.
 * - `insert` is skipped where its `_id` exists, so a document is never overwritten by a late repeat.
 * - `updateMany` and `deleteMany` must come to the same when they are applied twice.
 * - `applyOnce` and `putNewer` see to it themselves.
 */
export type ProjectedWrite =
  | { collection: string; insert: Document }
  | { collection: string; updateMany: { filter: Filter; update: Update; upsert?: boolean } }
  | { collection: string; deleteMany: { filter: Filter } }
  | { collection: string; applyOnce: AppliedOnce }
  | { collection: string; putNewer: NewerState };

/** How the documents that a projection inserts are compared with the events that they were made of. */
export interface ComparedCopy {
  /** The name of the check, for `--only` and the reports. */
  check: string;
  collection: string;
  /** Whether a document says of itself that it was made from an event. */
  claimsEvent: (document: Readonly<Record<string, unknown>>) => boolean;
  /** Fields that another check compares. */
  elsewhere: readonly string[];
}

/** Turns events into documents of MongoDB. Pure: the same event gives the same writes, whenever it is asked. */
export interface Projection {
  readonly name: string;
  /** `every`: each type that a feature declares. */
  readonly handles: readonly EventType[] | 'every';
  writes: (event: RecordedEvent) => readonly ProjectedWrite[];
  /** The cache tags of what it changes in MongoDB: replaced after the write. */
  tags: (event: RecordedEvent) => readonly string[];
  /** For one that makes one document of each event: `db:verify` compares them with the event log, field by field. */
  readonly compared?: ComparedCopy;
}
