import { index, pgTable, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';

/**
 * One row for each journal entry; the entry itself is in MongoDB. `entry_counts` counts the rows, and the plan limits
 * their number.
 */
export const entryReservations = pgTable(
  'entry_reservations',
  {
    /** The entry's id. */
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('entry_reservations_owner_idx').on(table.organizationId, table.userId),
    index('entry_reservations_user_id_idx').on(table.userId),
  ],
);
