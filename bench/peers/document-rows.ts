import mongoose from 'mongoose';

import { DOCUMENTS_COLLECTION, type StoredDocument } from '../../src/modules/documents/document.js';

/** The same look-up as ours, by the driver, and nothing around it. Connects with its first use. */
export function openDocuments() {
  const connection = mongoose.createConnection(process.env['MONGODB_URI'] ?? '', { maxPoolSize: 10 });
  return {
    byKey: async (orgId: string, key: string): Promise<object | null> => {
      await connection.asPromise();
      const found = await connection
        .collection<StoredDocument>(DOCUMENTS_COLLECTION)
        .findOne({ organization_id: orgId, key });
      if (!found) return null;
      const { data, version, created_at, updated_at } = found;
      return { key, data, version, created_at, updated_at };
    },
  };
}
