import { Injectable } from '@nestjs/common';
import type { Sql, TransactionSql } from 'postgres';

import type { Tx } from '../../stores/postgres/postgres.js';
import { transactionSql } from '../../stores/postgres/transaction-sql.js';
import type { IngestedDocument } from '../ingest/ingested-document.js';
import { packed } from '../ingest/ingested-documents.mongo.repository.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { QueueConnection } from '../queue/queue-connection.js';

interface IntakeRow {
  id: string;
  is_leased: boolean;
}

/** Adds documents to the spool. */
@Injectable()
export class SpoolIntake {
  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
  ) {}

  /** One statement, committed when this resolves. A document that is there already stays as it is. */
  async append(batch: readonly IngestedDocument[]): Promise<void> {
    await this.connection.run('spool.append', (sql) => this.insert(sql, batch, false));
  }

  /**
   * As part of `tx`. Returns the ids that are leased to this process from the start, because no document of their
   * aggregate waits. After the commit they may be delivered without a claim.
   */
  async appendWithin(
    tx: Tx,
    batch: readonly IngestedDocument[],
    canDeliver: boolean,
  ): Promise<ReadonlySet<string>> {
    const rows = await this.insert(transactionSql(tx), batch, canDeliver);
    return new Set(rows.filter((row) => row.is_leased).map((row) => row.id));
  }

  private insert(sql: Sql | TransactionSql, batch: readonly IngestedDocument[], canDeliver: boolean) {
    const rows = batch.map((ingested, ordinal) => ({
      ordinal,
      id: ingested.document._id,
      organization_id: ingested.orgId,
      collection: ingested.collection,
      aggregate: ingested.aggregate,
      document: Buffer.from(packed(ingested)).toString('base64'),
      subject_user_id: ingested.subjectUserId,
      tags: ingested.tags,
    }));
    return sql<IntakeRow[]>`
      with input as materialized (
        select * from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as d(
          ordinal int, id uuid, organization_id uuid, collection text, aggregate text, document text,
          subject_user_id uuid, tags text[])
      ), placed as materialized (
        select *, ${canDeliver} and (
          -- limited, because a mere "exists" is planned as a hash of the whole spool
          select count(*) = 0 from (
            select 1 from spool waiting
            where waiting.aggregate = input.aggregate and not waiting.is_delivered and waiting.dead_at is null
            limit 1) as first
        ) as is_leased
        from input
      )
      insert into spool (id, organization_id, collection, aggregate, document, subject_user_id, tags, accepted_at,
        available_at, lease_owner)
      select id, organization_id, collection, aggregate, decode(document, 'base64'), subject_user_id, tags,
        clock_timestamp(),
        clock_timestamp() + case when is_leased then ${this.tuning.leaseMs} * interval '1 ms' else interval '0' end,
        case when is_leased then ${this.owner.id}::uuid end
      from placed order by ordinal
      on conflict (id) do nothing
      returning id, lease_owner is not null as is_leased`;
  }
}
