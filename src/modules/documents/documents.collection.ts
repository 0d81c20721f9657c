import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { DOCUMENT_COUNTS_COLLECTION, DOCUMENTS_COLLECTION } from './document.js';
import { documentCounted } from './document.effects.js';
import { documentCountSchema, documentSchema } from './document.schema.js';

export const documentsCollection: OwnedCollection = {
  name: DOCUMENTS_COLLECTION,
  schema: documentSchema,
  resource: 'documents',
  effects: [activityEffects, documentCounted],
  ofOrganization: 'deleted',
  // A document belongs to the organisation, whatever it contains.
  ofAccount: [],
};

export const documentCountsCollection: OwnedCollection = {
  name: DOCUMENT_COUNTS_COLLECTION,
  schema: documentCountSchema,
  resource: 'documents',
  ofOrganization: 'deleted',
  ofAccount: [],
};
