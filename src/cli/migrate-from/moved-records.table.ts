import { pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { organizations } from '../../modules/organizations/organizations.table.js';

/**
 * Which record of an earlier database became which record here: how far a move is, and what a repeat leaves alone. It stays
 * when the record is deleted, so that no repeat brings it back.
 */
export const movedRecords = pgTable(
  'moved_records',
  {
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    /** The name of the source. */
    source: text().notNull(),
    /** The table or collection of the source. */
    kind: text().notNull(),
    sourceId: text('source_id').notNull(),
    targetId: uuid('target_id').notNull(),
    /** Whose record it is; of an account its own id. No foreign key: it outlives the account. */
    userId: uuid('user_id').notNull(),
    movedAt: moment('moved_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.source, table.kind, table.sourceId] })],
);
