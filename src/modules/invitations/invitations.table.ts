import { index, pgTable, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { MEMBER_ROLES } from '../../common/http/principal.js';
import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/** The open invitations of an organisation, one for each address. Of the token only the SHA-256 (hex) is stored. */
export const invitations = pgTable(
  'invitations',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** Folded (`foldCase`). */
    email: text().notNull(),
    role: text({ enum: MEMBER_ROLES }).notNull(),
    invitedBy: uuid('invited_by')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    uniqueIndex('invitations_token_hash_key').on(table.tokenHash),
    uniqueIndex('invitations_organization_id_email_key').on(table.organizationId, table.email),
    index('invitations_email_idx').on(table.email),
    index('invitations_expires_at_idx').on(table.expiresAt),
    index('invitations_invited_by_idx').on(table.invitedBy),
  ],
);
