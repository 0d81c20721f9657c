import { sql } from 'drizzle-orm';
import {
  type AnyPgColumn,
  bigint,
  check,
  index,
  integer,
  jsonb,
  numeric,
  pgTable,
  primaryKey,
  serial,
  smallint,
  text,
  uniqueIndex,
  uuid,
  varchar,
} from 'drizzle-orm/pg-core';

import { organizations } from '../organizations/organizations.table.js';
import { moment } from '../../stores/postgres/columns.js';

/** The ledger of S2: rows are added and never changed. The columns of S2 come first, then the additional ones. */
export const transactions = pgTable(
  'transactions',
  {
    id: serial().primaryKey(),
    /** Any text: the id of an account of ours, or a text of the client's own. */
    userId: varchar('user_id', { length: 255 }).notNull(),
    amount: numeric({ precision: 10, scale: 2 }).notNull(),
    transactionType: varchar('transaction_type', { length: 50 }).notNull(),
    createdAt: moment('created_at').notNull().defaultNow(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    currency: text().notNull(),
    metadata: jsonb().$type<Readonly<Record<string, unknown>>>().notNull(),
    /** The transaction that this one reverses. */
    reversalOf: integer('reversal_of').references((): AnyPgColumn => transactions.id, {
      onDelete: 'cascade',
    }),
  },
  (table) => [
    // S2.
    index('idx_transactions_user_id').on(table.userId),
    index('idx_transactions_created_at').on(table.createdAt.desc()),
    // For the pages of the list, by each of its filters. `group_by=month` reads the first of these indexes.
    index('transactions_organization_idx').on(table.organizationId, table.createdAt, table.id),
    index('transactions_organization_user_idx').on(
      table.organizationId,
      table.userId,
      table.createdAt,
      table.id,
    ),
    index('transactions_organization_type_idx').on(
      table.organizationId,
      table.transactionType,
      table.createdAt,
      table.id,
    ),
    uniqueIndex('transactions_reversal_of_key').on(table.reversalOf),
    check('transactions_amount_check', sql`${table.amount} <> 0`),
  ],
);

/**
 * How many transactions an organisation has, updated with each addition. It uses several rows, so that two additions
 * seldom wait for the same one. The count is the sum over the slots.
 */
export const transactionCounts = pgTable(
  'transaction_counts',
  {
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    slot: smallint().notNull(),
    count: bigint({ mode: 'number' }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.organizationId, table.slot] })],
);
