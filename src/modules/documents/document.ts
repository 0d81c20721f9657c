import type { Json } from '../../common/http/merge-patch.js';

export const DOCUMENTS_COLLECTION = 'documents';
export const DOCUMENT_COUNTS_COLLECTION = 'document_counts';

/** A document, as it stands in MongoDB. */
export type StoredDocument = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /** Any text; unique in the organisation. */
  key: string;
  /** Any JSON value. Null in one that is deleted. */
  data: Json;
  /** Counts the changes, a deletion included. A writer replaces the version that it has read, or nothing. */
  version: number;
  /** Null, unless it was deleted: then the row keeps the version, and what its deletion brings about. */
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}>;

/** How many documents an organisation has, kept as they come and go. */
export type DocumentCount = Readonly<{
  /** The organisation. */
  _id: string;
  organization_id: string;
  count: number;
}>;
