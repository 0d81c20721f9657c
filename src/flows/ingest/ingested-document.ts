import type { Document } from '../projections/projection.js';

/**
 * A document that a client gives directly to MongoDB: inserted once, under an `_id` that the application made, or applied as
 * its collection says (`OwnedCollection.ingested`).
 */
export interface IngestedDocument {
  orgId: string;
  collection: string;
  /** What waits in the spool under one key reaches MongoDB in the order in which it was accepted. Printable text. */
  aggregate: string;
  document: Document;
  /** The account whose address stands in the document's `user_email`; null where it shows none. */
  subjectUserId: string | null;
  /** Cache tags that the document makes stale. */
  tags: readonly string[];
}

/**
 * What became of a document. `stored`: it is in MongoDB. `known`: the same one was there already, under this `_id`
 * (`OwnedCollection.duplicates`). `spooled`: it is durable in PostgreSQL and will be in MongoDB. `refused`: MongoDB answered, and did not take it.
 */
export type IngestOutcome =
  | { kind: 'stored' }
  | { kind: 'known'; id: string | null }
  | { kind: 'spooled' }
  | { kind: 'refused'; error: Error };
