import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Transaction } from './transaction.js';
import { transactionOf } from './transaction-row.js';
import { transactions } from './transactions.table.js';

/** A transaction that the event log tells otherwise. */
export interface LedgerFault {
  id: string;
  organizationId: string;
  /** `missing`: the log has no event of it; `extra`: the log has one, and there is no such transaction. */
  kind: 'missing' | 'extra' | 'different';
}

/** More are found by the next run, after a repair. */
const MAX_FAULTS = 10_000;

/** The ledger beside the event log, which was written in the same transactions. */
@Injectable()
export class LedgerAudit {
  constructor(private readonly postgres: Postgres) {}

  async count(): Promise<number> {
    const [row] = await this.postgres.run((db) =>
      db.select({ count: sql<number>`count(*)::int` }).from(transactions),
    );
    return row?.count ?? 0;
  }

  /** One statement, so that both sides are of one moment. What is older than `since` may have lost its event to the retention. */
  faults(since: Date): Promise<LedgerFault[]> {
    return this.postgres.run((db) =>
      db.execute<LedgerFault & Record<string, unknown>>(sql`
        with log as (
          select id, aggregate_id, organization_id, payload from outbox_events where type = 'transaction.created'
        )
        select coalesce(t.id::text, log.aggregate_id) as id,
          coalesce(t.organization_id, log.organization_id) as "organizationId",
          case when log.id is null then 'missing' when t.id is null then 'extra' else 'different' end as kind
        from ${transactions} t full join log
          on log.aggregate_id = t.id::text and log.organization_id = t.organization_id
        where (log.id is null and t.created_at >= ${since.toISOString()}::timestamptz)
          or (t.id is null and exists (select 1 from organizations o where o.id = log.organization_id))
          or ((log.payload ->> 'amount')::numeric, log.payload ->> 'currency', log.payload ->> 'transaction_type')
            is distinct from (t.amount, t.currency, t.transaction_type::text) and t.id is not null and log.id is not null
        limit ${MAX_FAULTS}`),
    );
  }

  async find(tx: Tx, id: number): Promise<Transaction | null> {
    const [row] = await tx.select().from(transactions).where(eq(transactions.id, id));
    return row ? transactionOf(row) : null;
  }
}
