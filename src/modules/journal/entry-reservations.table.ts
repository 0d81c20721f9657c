import { index, pgTable, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { personColumns } from '../users/person-columns.table.js';

/**
 * One row for each journal entry; the entry itself is in MongoDB. `entry_counts` counts the rows, and the plan limits
 * their number.
 */
export const entryReservations = pgTable(
  'entry_reservations',
  {
    /** The entry's id. */
    id: uuid().primaryKey(),
    ...personColumns(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('entry_reservations_owner_idx').on(table.organizationId, table.userId),
    index('entry_reservations_user_id_idx').on(table.userId),
  ],
);
