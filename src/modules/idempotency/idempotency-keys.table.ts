import { index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { moment } from '../../stores/postgres/columns.js';

/** The first result of each `Idempotency-Key`, for 24 hours. Each principal has its own keys. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    principal: text().notNull(),
    key: text().notNull(),
    /** `RequestFingerprint`. The same key with a different request is a mistake of the client. */
    fingerprint: text().notNull(),
    status: integer().notNull(),
    location: text(),
    /** JSON. Null for an answer without a body. */
    body: text(),
    /** Codes of the ids and addresses in the answer (`Mentions`), so that an erasure finds it. */
    mentions: text().array().notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    primaryKey({ columns: [table.organizationId, table.principal, table.key] }),
    index('idempotency_keys_created_at_idx').on(table.createdAt),
    index('idempotency_keys_principal_idx').on(table.principal),
    index('idempotency_keys_mentions_idx').using('gin', table.mentions),
  ],
);
