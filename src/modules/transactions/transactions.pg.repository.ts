import { randomInt } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { and, desc, eq, gte, lt, type SQL, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import { violatedUnique } from '../../stores/postgres/postgres-errors.js';
import type { NewTransaction, ShownTransaction, Transaction } from './transaction.js';
import { transactionOf } from './transaction-row.js';
import { TransactionAlreadyReversed } from './transactions.errors.js';
import { transactionCounts, transactions } from './transactions.table.js';

export interface TransactionFilter {
  userId?: string | undefined;
  transactionType?: string | undefined;
  /** Inclusive. */
  from?: Date | undefined;
  /** Exclusive. */
  to?: Date | undefined;
}

/** The position of the last item of a page. */
export interface TransactionPosition {
  createdAt: Date;
  id: number;
}

/** Rows of `transaction_counts` for each organisation. */
const SLOTS = 16;

const reversals = alias(transactions, 'reversals');

@Injectable()
export class TransactionsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  /** In this order, all of one organisation, and counted in the same statement. Throws `TransactionAlreadyReversed`. */
  async insert(tx: Tx, orgId: string, added: readonly NewTransaction[]): Promise<Transaction[]> {
    const created = tx.$with('created').as(tx.insert(transactions).values(added.map(rowOf)).returning());
    // One slot for all of them, because two transactions that each take several slots in different orders could wait
    // for each other.
    const counted = tx.$with('counted').as(
      tx
        .insert(transactionCounts)
        .values({ organizationId: orgId, slot: randomInt(SLOTS), count: added.length })
        .onConflictDoUpdate({
          target: [transactionCounts.organizationId, transactionCounts.slot],
          set: { count: sql`${transactionCounts.count} + excluded.count` },
        })
        .returning({ slot: transactionCounts.slot }),
    );
    try {
      const rows = await tx.with(created, counted).select().from(created).orderBy(created.id);
      return rows.map(transactionOf);
    } catch (error) {
      if (violatedUnique(error) === 'transactions_reversal_of_key') throw new TransactionAlreadyReversed();
      throw error;
    }
  }

  async find(orgId: string, id: number): Promise<ShownTransaction | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ transaction: transactions, reversedBy: reversals.id })
        .from(transactions)
        .leftJoin(reversals, eq(reversals.reversalOf, transactions.id))
        .where(and(eq(transactions.organizationId, orgId), eq(transactions.id, id))),
    );
    return row ? { ...transactionOf(row.transaction), reversedBy: row.reversedBy } : null;
  }

  /** Newest first, after `position`. */
  async list(
    orgId: string,
    filter: TransactionFilter,
    limit: number,
    position: TransactionPosition | null,
  ): Promise<ShownTransaction[]> {
    const older =
      position &&
      sql`(${transactions.createdAt}, ${transactions.id}) < (${position.createdAt.toISOString()}::timestamptz, ${position.id}::int)`;
    const rows = await this.replica.run((db) =>
      db
        .select({ transaction: transactions, reversedBy: reversals.id })
        .from(transactions)
        .leftJoin(reversals, eq(reversals.reversalOf, transactions.id))
        .where(and(matching(orgId, filter), older ?? undefined))
        .orderBy(desc(transactions.createdAt), desc(transactions.id))
        .limit(limit),
    );
    return rows.map((row) => ({ ...transactionOf(row.transaction), reversedBy: row.reversedBy }));
  }
}

/** The condition for the rows of one organisation that match a filter. */
export const matching = (orgId: string, filter: TransactionFilter): SQL | undefined =>
  and(
    eq(transactions.organizationId, orgId),
    filter.userId === undefined ? undefined : eq(transactions.userId, filter.userId),
    filter.transactionType === undefined
      ? undefined
      : eq(transactions.transactionType, filter.transactionType),
    filter.from && gte(transactions.createdAt, filter.from),
    filter.to && lt(transactions.createdAt, filter.to),
  );

const rowOf = ({ amount, ...rest }: NewTransaction) => ({
  ...rest,
  amount: amount.toString(),
  currency: amount.currency,
});
