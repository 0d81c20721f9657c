import { sql } from 'drizzle-orm';
import { check, index, integer, pgTable, primaryKey } from 'drizzle-orm/pg-core';

import { personColumns } from '../users/person-columns.table.js';

/** How many entries an account has in an organisation. No row: none. Changed in the transaction that reserves an entry. */
export const entryCounts = pgTable(
  'entry_counts',
  {
    ...personColumns(),
    totalEntries: integer('total_entries').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.userId] }),
    index('entry_counts_user_id_idx').on(table.userId),
    check('entry_counts_total_entries_check', sql`${table.totalEntries} >= 0`),
  ],
);
