import { sql } from 'drizzle-orm';
import {
  bigint,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';

/**
 * Jobs that are due once, and jobs that are due in every period. The row of a job that is due once is removed together
 * with its effect. The row of a periodic job stays and records the outcome of its last run.
 *
 * `available_at` in the future with a `lease_owner`: being run by that process; without: not due yet, or backing off.
 */
export const scheduledJobs = pgTable(
  'scheduled_jobs',
  {
    /** The id of one occurrence. A job that is scheduled again under its key gets another id. */
    id: uuid().primaryKey(),
    job: text().notNull(),
    /** Null: a periodic job, which belongs to the platform. */
    organizationId: uuid('organization_id'),
    key: text().notNull(),
    payload: jsonb(),
    dueAt: moment('due_at').notNull(),
    availableAt: timestamp('available_at', { withTimezone: true }).notNull(),
    leaseOwner: uuid('lease_owner'),
    attempts: integer().notNull().default(0),
    lastError: text('last_error'),
    scheduledAt: moment('scheduled_at').notNull().defaultNow(),
    deadAt: moment('dead_at'),
    /** Null: due once. */
    everyMs: bigint('every_ms', { mode: 'number' }),
    /** When the last run of a periodic job ended. */
    lastRunAt: moment('last_run_at'),
    lastOutcome: text('last_outcome', { enum: ['succeeded', 'failed'] }),
  },
  (table) => [
    uniqueIndex('scheduled_jobs_key_key')
      .on(table.organizationId, table.job, table.key)
      .where(sql`${table.organizationId} is not null`),
    uniqueIndex('scheduled_jobs_periodic_key')
      .on(table.job)
      .where(sql`${table.organizationId} is null`),
    // By job, so that the search for the due rows of one job passes neither the backlog of another nor rows of an
    // unknown job.
    index('scheduled_jobs_due_idx')
      .on(table.job, table.availableAt, table.id)
      .where(sql`${table.deadAt} is null`),
    index('scheduled_jobs_dead_idx')
      .on(table.deadAt, table.id)
      .where(sql`${table.deadAt} is not null`),
  ],
);
