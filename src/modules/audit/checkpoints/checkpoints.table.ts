import { boolean, customType, integer, pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../../stores/postgres/columns.js';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * Seals of the activity log: each row covers entries of one organisation that no earlier row covers, and the digest
 * of the row before it. Written once. No foreign key: it outlives the organisation, as the entries do.
 */
export const auditCheckpoints = pgTable(
  'audit_checkpoints',
  {
    organizationId: uuid('organization_id').notNull(),
    /** From 1, without a gap, for each organisation. */
    sequence: integer().notNull(),
    /** The digest of the checkpoint before it; 32 zero bytes before the first. */
    previous: bytea().notNull(),
    digest: bytea().notNull(),
    /** 64 bytes for each entry, in the order of ids (`leaf.ts`). */
    leaves: bytea().notNull(),
    sealedAt: moment('sealed_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.sequence] })],
);

/** The newest checkpoint of each organisation: without it nobody would miss those that were cut off. */
export const auditHeads = pgTable('audit_heads', {
  organizationId: uuid('organization_id').primaryKey(),
  sequence: integer().notNull(),
  digest: bytea().notNull(),
});

/** One row: how far the log is sealed, and which process is at it. */
export const auditSealing = pgTable('audit_sealing', {
  singleton: boolean().primaryKey().default(true),
  /** Every entry with an id up to here is sealed, or stands in `audit_awaited`, or is not vouched for. */
  watermark: uuid().notNull(),
  leaseOwner: uuid('lease_owner'),
  leaseUntil: timestamp('lease_until', { withTimezone: true }),
});

/** Ids that the watermark has passed although MongoDB did not have the entry yet: dead letters, as a rule. */
export const auditAwaited = pgTable('audit_awaited', {
  entryId: uuid('entry_id').primaryKey(),
});
