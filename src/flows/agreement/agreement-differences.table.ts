import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/** Records that the continuous comparison has found to differ, and that no later comparison has found equal. */
export const agreementDifferences = pgTable(
  'agreement_differences',
  {
    /** Name of the check. */
    check: text().notNull(),
    record: text().notNull(),
    kind: text({ enum: ['missing', 'extra', 'different'] }).notNull(),
    /** Names of fields, never values. */
    detail: text().notNull(),
    foundAt: moment('found_at').notNull(),
    seenAt: moment('seen_at').notNull(),
    /**
     * When a comparison of recent changes found the difference: the moment since when that comparison looked at
     * changes. Later comparisons look at it again. Null: a pass found it.
     */
    changedSince: moment('changed_since'),
  },
  (table) => [
    primaryKey({ columns: [table.check, table.record] }),
    index('agreement_differences_changed_since_idx').on(table.changedSince),
  ],
);
