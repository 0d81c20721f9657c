import { index, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { personColumns } from '../users/person-columns.table.js';

/** The kinds of mood that a person distinguishes, in an organisation. */
export const moodCategories = pgTable(
  'mood_categories',
  {
    id: uuid().primaryKey(),
    ...personColumns(),
    name: text().notNull(),
    /** `nameKey` of the name. */
    nameKey: text('name_key').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    uniqueIndex('mood_categories_name_key').on(table.organizationId, table.userId, table.nameKey),
    index('mood_categories_list_idx').on(table.organizationId, table.userId, table.id),
    index('mood_categories_user_id_idx').on(table.userId),
  ],
);
