import type { Document } from '../projections/projection.js';

/**
 * A document that a client sends directly to MongoDB. It is inserted once, under an `_id` that the application made,
 * or applied as its collection declares (`OwnedCollection.ingested`).
 */
export interface IngestedDocument {
  orgId: string;
  collection: string;
  /**
   * Documents with the same key reach MongoDB from the spool in the order in which they were accepted. Printable text.
   */
  aggregate: string;
  document: Document;
  /** The account whose address goes into the document's `user_email`. Null if the document shows no address. */
  subjectUserId: string | null;
  /** Cache tags that the document makes stale. */
  tags: readonly string[];
}

/**
 * The outcome of a document. `stored`: it is in MongoDB. `known`: the same document was there already, under this
 * `_id` (`OwnedCollection.duplicates`). `spooled`: it is durable in PostgreSQL and will reach MongoDB. `refused`:
 * MongoDB answered and refused it.
 */
export type IngestOutcome =
  | { kind: 'stored' }
  | { kind: 'known'; id: string | null }
  | { kind: 'spooled' }
  | { kind: 'refused'; error: Error };
