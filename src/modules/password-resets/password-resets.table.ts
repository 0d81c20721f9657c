import { boolean, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { users } from '../users/users.table.js';

/** The one reset that an account may have open. The token itself is never kept: only its SHA-256, as hex. */
export const passwordResets = pgTable(
  'password_resets',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    /** SHA-256 of the stored password that it replaces: once that is another one, the reset is of no use. */
    replaces: text().notNull(),
    /** Only such a reset opens an account that is out of reach of its organisation's admins. */
    isByPlatformAdmin: boolean('is_by_platform_admin').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [uniqueIndex('password_resets_token_hash_key').on(table.tokenHash)],
);
