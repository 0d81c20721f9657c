import { boolean, customType, integer, pgTable, primaryKey, timestamp, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../../stores/postgres/columns.js';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * Seals of the activity log. Each row covers entries of one organisation that no earlier row covers, and contains the
 * digest of the row before it. Written once. It has no foreign key, because it outlives the organisation, as the
 * entries do.
 */
export const auditCheckpoints = pgTable(
  'audit_checkpoints',
  {
    organizationId: uuid('organization_id').notNull(),
    /** Starts at 1 for each organisation and has no gaps. */
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

/** The newest checkpoint of each organisation. Without it, the removal of the last checkpoints would go unnoticed. */
export const auditHeads = pgTable('audit_heads', {
  organizationId: uuid('organization_id').primaryKey(),
  sequence: integer().notNull(),
  digest: bytea().notNull(),
});

/** One row: how far the log is sealed, and which process is sealing. */
export const auditSealing = pgTable('audit_sealing', {
  singleton: boolean().primaryKey().default(true),
  /** Every entry with an id up to this one is sealed, or is in `audit_awaited`, or has no witness. */
  watermark: uuid().notNull(),
  leaseOwner: uuid('lease_owner'),
  leaseUntil: timestamp('lease_until', { withTimezone: true }),
});

/** Ids below the watermark whose entries were not in MongoDB when it passed them: as a rule dead letters. */
export const auditAwaited = pgTable('audit_awaited', {
  entryId: uuid('entry_id').primaryKey(),
});
