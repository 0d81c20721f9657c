import { pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { users } from '../users/users.table.js';

/** The open confirmation of an account, at most one. Of the token only the SHA-256 is stored, as hex. */
export const emailConfirmations = pgTable(
  'email_confirmations',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    /** SHA-256 of the address. If the address changes, the confirmation becomes invalid. */
    addressHash: text('address_hash').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [uniqueIndex('email_confirmations_token_hash_key').on(table.tokenHash)],
);
