import { index, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** A signed-in user. Of the token only the SHA-256 is stored, as hex. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid().primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** The organisation that the session acts in unless `X-Organization-Id` names another. */
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    userAgent: text('user_agent'),
    address: text(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
    lastSeenAt: moment('last_seen_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('sessions_token_hash_key').on(table.tokenHash),
    index('sessions_user_id_created_at_idx').on(table.userId, table.createdAt),
    index('sessions_organization_id_idx').on(table.organizationId),
  ],
);
