import { Injectable } from '@nestjs/common';
import { eq, sql } from 'drizzle-orm';

import { firstIdSince } from '../../common/ids/ids.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { Transaction } from './transaction.js';
import { transactionOf } from './transaction-row.js';
import { transactions } from './transactions.table.js';

/** A transaction that differs from the event log. */
export interface LedgerFault {
  id: string;
  organizationId: string;
  /** `missing`: the log has no event of it; `extra`: the log has an event, but there is no such transaction. */
  kind: 'missing' | 'extra' | 'different';
}

/** The next run, after a repair, finds further faults. */
const MAX_FAULTS = 10_000;
/** How many of the newest transactions are compared. The comparison of everything covers the others. */
const MAX_RECENT = 20_000;
/** A transaction is a little older than its event. */
const MARGIN_MS = 60_000;

/** Compares the ledger with the event log. Both are written in the same transactions. */
@Injectable()
export class LedgerAudit {
  constructor(private readonly postgres: Postgres) {}

  async count(): Promise<number> {
    const [row] = await this.postgres.unbounded((db) =>
      db.select({ count: sql<number>`count(*)::int` }).from(transactions),
    );
    return row?.count ?? 0;
  }

  /**
   * One statement, so that both sides have the same moment. The retention may have dropped the events of transactions
   * before `since`.
   */
  faults(since: Date): Promise<LedgerFault[]> {
    return this.postgres.unbounded((db) =>
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

  /**
   * Compares what was written since then, by ids only, so the cost does not depend on the number of older
   * transactions.
   */
  async recentFaults(since: Date): Promise<{ compared: number; faults: LedgerFault[] }> {
    const rows = await this.postgres.unbounded((db) =>
      db.execute<LedgerFault & { compared: number } & Record<string, unknown>>(sql`
        with log as materialized (
          select id, aggregate_id, organization_id, payload from outbox_events
          where id >= ${firstIdSince(new Date(since.getTime() - MARGIN_MS))}::uuid and type = 'transaction.created'
        ), newest as materialized (
          select * from ${transactions} order by id desc limit ${MAX_RECENT}
        ), written as materialized (
          select id, organization_id, amount, currency, transaction_type from newest
          where created_at >= ${since.toISOString()}::timestamptz
        ), faults as (
          select w.id::text, w.organization_id as "organizationId", 'missing' as kind from written w
          where not exists (
            select 1 from log where log.aggregate_id = w.id::text and log.organization_id = w.organization_id)
          union all
          select log.aggregate_id, log.organization_id, case when t.id is null then 'extra' else 'different' end
          from log left join ${transactions} t
            on t.id = log.aggregate_id::bigint and t.organization_id = log.organization_id
          where (t.id is null and exists (select 1 from organizations o where o.id = log.organization_id))
            or t.id is not null and
              ((log.payload ->> 'amount')::numeric, log.payload ->> 'currency', log.payload ->> 'transaction_type')
              is distinct from (t.amount, t.currency, t.transaction_type::text)
        )
        select faults.*, (select count(*)::int from log) as compared
        from (select 1) as one left join faults on true limit ${MAX_FAULTS}`),
    );
    return { compared: rows[0]?.compared ?? 0, faults: rows.filter(({ kind }) => kind !== null) };
  }

  async find(tx: Tx, id: number): Promise<Transaction | null> {
    const [row] = await tx.select().from(transactions).where(eq(transactions.id, id));
    return row ? transactionOf(row) : null;
  }
}
