import { index, pgTable, primaryKey, text, uuid, uniqueIndex } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { MEMBER_ROLES } from '../../common/http/principal.js';
import { users } from '../users/users.table.js';

export const organizations = pgTable(
  'organizations',
  {
    id: uuid().primaryKey(),
    slug: text().notNull(),
    name: text().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('organizations_slug_key').on(table.slug)],
);

export const memberships = pgTable(
  'memberships',
  {
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    role: text({ enum: MEMBER_ROLES }).notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    index('memberships_user_id_idx').on(table.userId),
    index('memberships_organization_id_created_at_idx').on(
      table.organizationId,
      table.createdAt,
      table.userId,
    ),
  ],
);
