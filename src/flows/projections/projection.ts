import type { EventType, RecordedEvent } from '../outbox/domain-event.js';

export type Document = Readonly<Record<string, unknown>> & { readonly _id: string };

/**
 * One write that may be repeated without changing anything. `insert` is skipped where its `_id` exists, so a
 * document is never overwritten by a late repeat; `update` must come to the same when it is applied twice.
 */
export type ProjectedWrite =
  | { collection: string; insert: Document }
  | {
      collection: string;
      updateMany: { filter: Readonly<Record<string, unknown>>; update: Readonly<Record<string, unknown>> };
    };

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
