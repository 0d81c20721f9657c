import { boolean, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { users } from '../users/users.table.js';

/** The open reset of an account, at most one. Of the token only the SHA-256 is stored, as hex. */
export const passwordResets = pgTable(
  'password_resets',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    /** SHA-256 of the stored password that it replaces. If the password changes, the reset becomes invalid. */
    replaces: text().notNull(),
    /** Only such a reset opens an account over which its organisation's admins have no power. */
    isByPlatformAdmin: boolean('is_by_platform_admin').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [uniqueIndex('password_resets_token_hash_key').on(table.tokenHash)],
);
