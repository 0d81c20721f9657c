import {
  type AnyPgColumn,
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  uuid,
  uniqueIndex,
} from 'drizzle-orm/pg-core';

import type { JsonObject } from '../../common/http/merge-patch.js';
import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/**
 * An organisation's API key. Only the SHA-256 (hex) and the first characters (`start`) of its current secret are
 * stored.
 */
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
    /** The key that created it. This key does not outlive that one. */
    parentId: uuid('parent_id').references((): AnyPgColumn => apiKeys.id, { onDelete: 'cascade' }),
    name: text().notNull(),
    environment: text({ enum: ['live', 'test'] }).notNull(),
    /** Null: the one that belongs to `environment`. */
    flagEnvironment: text('flag_environment'),
    enabled: boolean().notNull().default(true),
    start: text().notNull(),
    keyHash: text('key_hash').notNull(),
    scopes: text().array().notNull(),
    /** Requests in a window. Both are null if there is no limit. */
    rateLimit: integer('rate_limit'),
    rateWindowSeconds: integer('rate_window_seconds'),
    metadata: jsonb().$type<JsonObject>().notNull().default({}),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at'),
    revokedAt: moment('revoked_at'),
    lastUsedAt: moment('last_used_at'),
  },
  (table) => [
    uniqueIndex('api_keys_key_hash_key').on(table.keyHash),
    // For the pages of the list, by each of its filters.
    index('api_keys_list_idx').on(table.organizationId, table.id),
    index('api_keys_environment_idx').on(table.organizationId, table.environment, table.id),
    index('api_keys_enabled_idx').on(table.organizationId, table.enabled, table.id),
    index('api_keys_organization_id_created_by_idx').on(table.organizationId, table.createdBy, table.id),
    index('api_keys_created_by_idx').on(table.createdBy),
    index('api_keys_parent_id_idx').on(table.parentId),
  ],
);
