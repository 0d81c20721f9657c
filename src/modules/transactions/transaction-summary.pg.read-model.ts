import { Injectable } from '@nestjs/common';
import { type SQL, sql, sum } from 'drizzle-orm';

import { Money } from '../../common/money/money.js';
import { Postgres } from '../../stores/postgres/postgres.js';
import { ReplicaReads } from '../../stores/postgres/replica-reads.js';
import type { SummaryGroup } from './transactions.dto.js';
import { matching, type TransactionFilter } from './transactions.pg.repository.js';
import { transactionCounts, transactions } from './transactions.table.js';

/** The transactions of one group in one currency. */
export interface SummaryRow {
  group: string;
  count: number;
  total: Money;
}

/** More groups than a client can show. `from`, `to` and the filters reduce them. */
const MAX_ROWS = 1_000;

const GROUPS: Readonly<Record<SummaryGroup, SQL<string>>> = {
  month: sql<string>`to_char(${transactions.createdAt} at time zone 'UTC', 'YYYY-MM')`,
  transaction_type: sql<string>`${transactions.transactionType}`,
  user_id: sql<string>`${transactions.userId}`,
};

/** Sums over transactions, computed by PostgreSQL, because `numeric` is exact. */
@Injectable()
export class TransactionSummaryReadModel {
  constructor(
    private readonly postgres: Postgres,
    private readonly replica: ReplicaReads,
  ) {}

  /** By group and currency, in this order; the first 1,000. */
  async summarize(orgId: string, groupBy: SummaryGroup, filter: TransactionFilter): Promise<SummaryRow[]> {
    const rows = await this.replica.run((db) =>
      db
        .select({
          group: GROUPS[groupBy],
          currency: transactions.currency,
          count: sql<number>`count(*)::int`,
          total: sql<string>`sum(${transactions.amount})::text`,
        })
        .from(transactions)
        .where(matching(orgId, filter))
        .groupBy(sql`1`, sql`2`)
        .orderBy(sql`1`, sql`2`)
        .limit(MAX_ROWS),
    );
    return rows.map(({ total, currency, ...row }) => ({ ...row, total: Money.ofDecimal(total, currency) }));
  }

  /** How many transactions the organisation has, without reading them. */
  async count(orgId: string): Promise<number> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ count: sum(transactionCounts.count).mapWith(Number) })
        .from(transactionCounts)
        .where(sql`${transactionCounts.organizationId} = ${orgId}`),
    );
    return row?.count ?? 0;
  }
}
