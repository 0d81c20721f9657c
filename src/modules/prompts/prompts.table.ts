import { boolean, index, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/** The library of prompts, for every organisation. */
export const prompts = pgTable(
  'prompts',
  {
    id: uuid().primaryKey(),
    text: text().notNull(),
    category: text(),
    isActive: boolean('is_active').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [index('prompts_category_id_idx').on(table.category, table.id)],
);
