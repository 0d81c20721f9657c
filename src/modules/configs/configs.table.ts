import { boolean, integer, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { moment } from '../../stores/postgres/columns.js';

/** Configs. A deleted config keeps its row and its versions, and its history continues if the name is written again. */
export const configs = pgTable(
  'configs',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    environment: text().notNull(),
    name: text().notNull(),
    version: integer().notNull(),
    isDeleted: boolean('is_deleted').notNull().default(false),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('configs_name_key').on(table.organizationId, table.environment, table.name)],
);

/** The versions of configs. Rows are only ever added. */
export const configVersions = pgTable(
  'config_versions',
  {
    configId: uuid('config_id')
      .notNull()
      .references(() => configs.id, { onDelete: 'cascade' }),
    version: integer().notNull(),
    /**
     * JSON as text, because `jsonb` would lose the order of members, and `json` cannot hold an escaped null character.
     */
    content: text().notNull(),
    checksum: text().notNull(),
    createdBy: uuid('created_by').notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [primaryKey({ columns: [table.configId, table.version] })],
);
