import { index, jsonb, pgTable, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/** The last comparisons of the stores, so that every instance can report on a run of another instance. */
export const verifyRuns = pgTable(
  'verify_runs',
  {
    id: uuid().primaryKey(),
    /** A `VerifyRun` as JSON. */
    run: jsonb().notNull(),
    startedAt: moment('started_at').notNull(),
    /** Updated repeatedly during the run, so a process that has died is recognised by its silence. */
    heardAt: moment('heard_at').notNull().defaultNow(),
  },
  (table) => [index('verify_runs_started_at_idx').on(table.startedAt)],
);
