import { bigint, pgTable, text } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/** The last finished comparison of each scope: of recent changes, and of everything. */
export const agreementLooks = pgTable('agreement_looks', {
  scope: text({ enum: ['recent', 'pass'] }).primaryKey(),
  startedAt: moment('started_at').notNull(),
  finishedAt: moment('finished_at').notNull(),
  /** Records that were compared. */
  checked: bigint({ mode: 'number' }).notNull(),
});
