import { index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** The key under which the content of one account in one organisation is encrypted, itself encrypted (`KeyWrapping`). */
export const dataKeys = pgTable(
  'data_keys',
  {
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** Stands in every value that the key has encrypted. */
    id: uuid().notNull(),
    /** Which of `FIELD_ENCRYPTION_KEYS` wraps it. */
    wrappingKeyId: text('wrapping_key_id').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    /** Exact, so that a transaction can tell its own row from one that is committed. */
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    uniqueIndex('data_keys_id_key').on(table.id),
    index('data_keys_user_id_idx').on(table.userId),
    // `keys:rotate` looks for those that the newest key does not wrap.
    index('data_keys_wrapping_key_id_idx').on(table.wrappingKeyId, table.id),
  ],
);
