import type { Feature } from '../../feature.js';
import { DocumentCountsCheck } from './document-counts.check.js';
import { documentCountsCollection, documentsCollection } from './documents.collection.js';
import { DocumentsDemo } from './documents.demo.js';
import { DocumentsModule } from './documents.module.js';

export const documents: Feature = {
  name: 'documents',
  about: 'Any JSON under any key.',
  module: DocumentsModule,
  collections: [documentsCollection, documentCountsCollection],
  checks: [DocumentCountsCheck],
  demo: DocumentsDemo,
};
