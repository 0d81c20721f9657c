import type { Json } from '../../common/http/merge-patch.js';

export const DOCUMENTS_COLLECTION = 'documents';
export const DOCUMENT_COUNTS_COLLECTION = 'document_counts';

/** A document as stored in MongoDB. */
export type StoredDocument = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  /** Any text; unique in the organisation. */
  key: string;
  /** Any JSON value. Null if the document is deleted. */
  data: Json;
  /** Counts the changes, including a deletion. A writer replaces only the version that it has read. */
  version: number;
  /** Null unless the document was deleted. A deleted document keeps the version and the effects of its deletion. */
  deleted_at: Date | null;
  created_at: Date;
  updated_at: Date;
}>;

/** How many documents an organisation has, updated with each creation and deletion. */
export type DocumentCount = Readonly<{
  /** The organisation's id. */
  _id: string;
  organization_id: string;
  count: number;
}>;
