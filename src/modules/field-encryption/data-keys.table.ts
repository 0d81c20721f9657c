import { index, pgTable, primaryKey, text, timestamp, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { personColumns } from '../users/person-columns.table.js';

/** The key that encrypts the content of one account in one organisation. It is itself encrypted (`KeyWrapping`). */
export const dataKeys = pgTable(
  'data_keys',
  {
    ...personColumns(),
    /** Every value that the key has encrypted contains this id. */
    id: uuid().notNull(),
    /** The one of `FIELD_ENCRYPTION_KEYS` that wraps it. */
    wrappingKeyId: text('wrapping_key_id').notNull(),
    wrappedKey: text('wrapped_key').notNull(),
    /** Exact, so that a transaction can distinguish its own row from a committed one. */
    createdAt: timestamp('created_at', { withTimezone: true }).notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    uniqueIndex('data_keys_id_key').on(table.id),
    index('data_keys_user_id_idx').on(table.userId),
    // `keys:rotate` searches for keys that the newest key does not wrap.
    index('data_keys_wrapping_key_id_idx').on(table.wrappingKeyId, table.id),
  ],
);
