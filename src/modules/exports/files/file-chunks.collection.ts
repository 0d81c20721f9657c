import type { OwnedCollection } from '../../../flows/collections/owned-collection.js';
import { fileChunkSchema } from './file-chunk.schema.js';
import { FILE_CHUNKS_COLLECTION } from './private-file.js';

export const fileChunksCollection: OwnedCollection = {
  name: FILE_CHUNKS_COLLECTION,
  schema: fileChunkSchema,
  resource: 'exports',
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
