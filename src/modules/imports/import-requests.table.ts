import { bigint, boolean, index, integer, jsonb, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { WORK_STATES } from '../exports/export-request.js';
import { personColumns } from '../users/person-columns.table.js';
import { IMPORT_FORMATS, type ImportCounts, type ImportPlace, type RefusedItem } from './import-request.js';

/** What people bring along. The files are in MongoDB (`export_chunks`). */
export const importRequests = pgTable(
  'import_requests',
  {
    id: uuid().primaryKey(),
    ...personColumns(),
    format: text({ enum: IMPORT_FORMATS }).notNull(),
    isDryRun: boolean('is_dry_run').notNull(),
    state: text({ enum: WORK_STATES }).notNull().default('pending'),
    percent: integer().notNull().default(0),
    fileId: uuid('file_id').notNull(),
    fileKey: text('file_key').notNull(),
    size: bigint({ mode: 'number' }).notNull(),
    runId: uuid('run_id'),
    counts: jsonb().$type<ImportCounts>().notNull(),
    report: jsonb().$type<readonly RefusedItem[]>().notNull(),
    place: jsonb().$type<ImportPlace>(),
    /** The code of what is wrong with the file. */
    error: text(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    completedAt: moment('completed_at'),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('import_requests_owner_idx').on(table.organizationId, table.userId, table.id),
    index('import_requests_user_id_idx').on(table.userId),
    index('import_requests_expires_at_idx').on(table.expiresAt),
  ],
);
