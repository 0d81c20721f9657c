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

/** Turns events into documents of MongoDB. Pure: the same event gives the same writes, whenever it is asked. */
export interface Projection {
  readonly name: string;
  readonly handles: readonly EventType[];
  writes: (event: RecordedEvent) => readonly ProjectedWrite[];
  /** The cache tags of what it changes in MongoDB: replaced after the write. */
  tags: (event: RecordedEvent) => readonly string[];
}
