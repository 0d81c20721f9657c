import { pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { users } from '../users/users.table.js';

/** The one confirmation that an account may have open. The token itself is never kept: only its SHA-256, as hex. */
export const emailConfirmations = pgTable(
  'email_confirmations',
  {
    userId: uuid('user_id')
      .primaryKey()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    /** SHA-256 of the address: once the account has another one, the confirmation is of no use. */
    addressHash: text('address_hash').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [uniqueIndex('email_confirmations_token_hash_key').on(table.tokenHash)],
);
