import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { personColumns } from '../users/person-columns.table.js';
import { EXPORT_FORMATS, WORK_STATES } from './export-request.js';

/** What people have asked to take with them. The files are in MongoDB (`export_chunks`). */
export const exportRequests = pgTable(
  'export_requests',
  {
    id: uuid().primaryKey(),
    ...personColumns(),
    format: text({ enum: EXPORT_FORMATS }).notNull(),
    state: text({ enum: WORK_STATES }).notNull().default('pending'),
    percent: integer().notNull().default(0),
    fileId: uuid('file_id'),
    fileKey: text('file_key'),
    size: bigint({ mode: 'number' }),
    /** The code of what went wrong. */
    error: text(),
    createdAt: moment('created_at').notNull().defaultNow(),
    updatedAt: moment('updated_at').notNull().defaultNow(),
    completedAt: moment('completed_at'),
    expiresAt: moment('expires_at').notNull(),
  },
  (table) => [
    index('export_requests_owner_idx').on(table.organizationId, table.userId, table.id),
    index('export_requests_user_id_idx').on(table.userId),
    index('export_requests_expires_at_idx').on(table.expiresAt),
  ],
);
