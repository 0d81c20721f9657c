import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { personColumns } from '../users/person-columns.table.js';

/** The tags of a person in an organisation, for journal entries. */
export const tags = pgTable(
  'tags',
  {
    id: uuid().primaryKey(),
    ...personColumns(),
    name: text().notNull(),
    /** `nameKey` of the name. */
    nameKey: text('name_key').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('tags_name_key').on(table.organizationId, table.userId, table.nameKey),
    index('tags_list_idx').on(table.organizationId, table.userId, table.id),
    index('tags_user_id_idx').on(table.userId),
  ],
);
