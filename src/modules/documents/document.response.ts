import type { StoredDocument } from './document.js';
import type { DocumentResponse, DocumentSummary } from './documents.dto.js';

export const toDocumentResponse = (document: StoredDocument): DocumentResponse => ({
  key: document.key,
  data: document.data,
  version: document.version,
  created_at: document.created_at.toISOString(),
  updated_at: document.updated_at.toISOString(),
});

/** For a list: without the data, which may be a megabyte for each document. */
export const toDocumentSummary = (document: StoredDocument): DocumentSummary => ({
  key: document.key,
  version: document.version,
  created_at: document.created_at.toISOString(),
  updated_at: document.updated_at.toISOString(),
});
