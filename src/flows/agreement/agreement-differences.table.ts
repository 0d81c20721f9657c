import { index, pgTable, primaryKey, text } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/** Records that the continuous comparison has found to differ, and that nothing has shown to agree since. */
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
    /** What was found by a look at what had changed since then is looked at again by the next ones. Null: a pass found it. */
    changedSince: moment('changed_since'),
  },
  (table) => [
    primaryKey({ columns: [table.check, table.record] }),
    index('agreement_differences_changed_since_idx').on(table.changedSince),
  ],
);
