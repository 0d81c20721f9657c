import { index, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** An organisation's API key. Only the SHA-256 (hex) and the first characters (`start`) are kept. */
export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    createdBy: uuid('created_by')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    environment: text({ enum: ['live', 'test'] }).notNull(),
    start: text().notNull(),
    keyHash: text('key_hash').notNull(),
    scopes: text().array().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
  },
  (table) => [
    uniqueIndex('api_keys_key_hash_key').on(table.keyHash),
    index('api_keys_organization_id_idx').on(table.organizationId),
  ],
);
