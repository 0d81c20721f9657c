import { index, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { apiKeys } from './api-keys.table.js';

/** The secrets that rotations have replaced. Each is valid for its key until `expires_at`. */
export const apiKeySecrets = pgTable(
  'api_key_secrets',
  {
    id: uuid().primaryKey(),
    apiKeyId: uuid('api_key_id')
      .notNull()
      .references(() => apiKeys.id, { onDelete: 'cascade' }),
    keyHash: text('key_hash').notNull(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('api_key_secrets_key_hash_key').on(table.keyHash),
    index('api_key_secrets_api_key_id_idx').on(table.apiKeyId),
  ],
);
