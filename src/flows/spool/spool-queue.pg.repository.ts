import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { newId } from '../../common/ids/ids.js';
import type { IngestedDocument } from '../ingest/ingested-document.js';
import { unpacked } from '../ingest/ingested-documents.mongo.repository.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { QueueConnection } from '../queue/queue-connection.js';
import { backOffMs } from '../queue/back-off.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { lockClaims, plannedForLongQueue } from '../queue/queue-statements.js';

/** A document that this process may deliver until its lease ends. */
export interface LeasedDocument {
  ingested: IngestedDocument;
  /** Failures so far. */
  attempts: number;
}

/** What became of a leased document. `deferred`: not tried, or MongoDB did not answer. */
export interface SpoolOutcome {
  id: string;
  kind: 'delivered' | 'failed' | 'deferred';
  areTagsFresh: boolean;
  attempts: number;
  error: string | null;
}

const claimedRow = z.object({
  id: z.string(),
  organization_id: z.string(),
  collection: z.string(),
  aggregate: z.string(),
  document: z.instanceof(Uint8Array),
  subject_user_id: z.string().nullable(),
  email: z.string().nullable(),
  tags: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
  attempts: z.number(),
});

/** What waits in the spool: what is leased to whom, what failed, what is done. As `OutboxQueue`, for documents. */
@Injectable()
export class SpoolQueue {
  /** Claims are held under a name of their own, apart from what requests of this process deliver themselves. */
  private readonly claimant = newId();

  constructor(
    private readonly connection: QueueConnection,
    private readonly owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
  ) {}

  /**
   * Leases the oldest due documents, of each aggregate an unbroken run from its oldest waiting one (`OutboxQueue.claim`
   * says why so). The address of the person is the one of this moment: who was deleted meanwhile has none.
   */
  async claim(): Promise<LeasedDocument[]> {
    const { leaseMs, batchSize } = this.tuning;
    const [, , rows] = await this.connection.run('spool.claim', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx<Record<string, unknown>[]>`
          with due as materialized (
            select s.id from spool s
            where not s.is_delivered and s.dead_at is null and s.position > 0
              and s.available_at <= statement_timestamp()
              and not exists (
                select 1 from spool earlier
                where earlier.aggregate = s.aggregate and earlier.position < s.position
                  and not earlier.is_delivered and earlier.dead_at is null
                  and earlier.available_at > statement_timestamp() offset 0)
            order by s.position limit ${batchSize} for update of s skip locked
          ), leased as (
            update spool s
            set lease_owner = ${this.claimant}::uuid, available_at = clock_timestamp() + ${leaseMs} * interval '1 ms'
            where s.id = any(array(select due.id from due)) returning s.*
          )
          select leased.id, leased.organization_id, leased.collection, leased.aggregate, leased.document,
            leased.subject_user_id, users.email, to_json(leased.tags)::text as tags, leased.attempts
          from leased left join users on users.id = leased.subject_user_id order by leased.position`,
      ]),
    );
    return rows.map(leasedDocument);
  }

  /**
   * Gives back whatever this process has claimed. After a claim or a settlement without an answer: what it holds then
   * nobody delivers, and the rest of its aggregates, often the whole spool, would wait until the leases end.
   */
  async releaseClaims(): Promise<void> {
    await this.connection.run('spool.release', (sql) =>
      sql.begin((tx) => [
        lockClaims(tx),
        tx`
          update spool set lease_owner = null, available_at = clock_timestamp()
          where lease_owner = ${this.claimant}::uuid and not is_delivered and dead_at is null`,
      ]),
    );
  }

  /** The same documents with the address that each person has now, as a claim gives it: they are leased already. */
  async readdressed(batch: readonly IngestedDocument[]): Promise<IngestedDocument[]> {
    const ids = [...new Set(batch.flatMap(({ subjectUserId }) => subjectUserId ?? []))];
    if (ids.length === 0) return [...batch];
    const rows = await this.connection.run(
      'spool.addresses',
      (sql) => sql<{ id: string; email: string }[]>`
        select id, email from users where id = any(${uuidArray(ids)}::uuid[])`,
    );
    const emails = new Map(rows.map(({ id, email }) => [id, email]));
    return batch.map((ingested) => {
      const { subjectUserId, document } = ingested;
      if (subjectUserId === null) return ingested;
      return {
        ...ingested,
        document: { ...document, user_email: emails.get(subjectUserId.toLowerCase()) ?? null },
      };
    });
  }

  /** Records what became of leased documents. A delivered one is gone once the cache was told too. */
  async settle(outcomes: readonly SpoolOutcome[]): Promise<void> {
    const isDone = (outcome: SpoolOutcome): boolean => outcome.kind === 'delivered' && outcome.areTagsFresh;
    const done = outcomes.filter(isDone).map((outcome) => outcome.id);
    const open = outcomes.filter((outcome) => !isDone(outcome));
    await Promise.all([done.length > 0 && this.remove(done), open.length > 0 && this.update(open)]);
  }

  /** Delivered documents of whose cache tags nobody is known to have replaced them, some at a time. */
  async staleTags(): Promise<{ ids: string[]; tags: string[] }> {
    const rows = await this.connection.run(
      'spool.stale_tags',
      (sql) => sql<{ id: string; tags: string }[]>`
        select id, to_json(tags)::text as tags from spool where is_delivered
        order by position limit ${this.tuning.batchSize}`,
    );
    const tags = rows.flatMap((row) => z.array(z.string()).parse(JSON.parse(row.tags)));
    return { ids: rows.map((row) => row.id), tags: [...new Set(tags)] };
  }

  /**
   * These are in MongoDB and the cache was told. A crash of PostgreSQL may forget the deletion: a repeated delivery
   * changes nothing.
   */
  async remove(ids: readonly string[]): Promise<void> {
    await this.connection.run(
      'spool.remove',
      (sql) => sql`
        with relaxed as materialized (select set_config('synchronous_commit', 'off', true))
        delete from spool s using relaxed where s.id = any(${uuidArray(ids)}::uuid[])`,
    );
  }

  /** How long until a waiting document may be claimed that may not be now; infinite where none waits. */
  async nextDueInMs(): Promise<number> {
    const [row] = await this.connection.run(
      'spool.next_due',
      (sql) => sql<{ ms: number | null }[]>`
        select (extract(epoch from min(available_at) - clock_timestamp()) * 1000)::float8 as ms
        from spool where not is_delivered and dead_at is null and available_at > clock_timestamp()`,
    );
    return row?.ms ?? Infinity;
  }

  /** Under the lock of claims: a claim must not see an aggregate's first one free while it is being deferred. */
  private async update(outcomes: readonly SpoolOutcome[]): Promise<void> {
    const rows = outcomes.map(({ id, kind, attempts, error }) => ({
      id,
      kind,
      error,
      delay_ms: kind === 'failed' ? backOffMs(attempts + 1, this.tuning) : 0,
    }));
    await this.connection.run('spool.settle', (sql) =>
      sql.begin((tx) => [
        plannedForLongQueue(tx),
        lockClaims(tx),
        tx`
          update spool s set
            lease_owner = null,
            available_at = clock_timestamp() + o.delay_ms * interval '1 ms',
            is_delivered = o.kind = 'delivered',
            attempts = s.attempts + (o.kind = 'failed')::int,
            last_error = coalesce(o.error, s.last_error),
            dead_at = case when o.kind = 'failed' and s.attempts + 1 >= ${this.tuning.maxAttempts} then clock_timestamp() end
          from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb)
            as o(id uuid, kind text, error text, delay_ms int)
          where s.id = o.id and (o.kind = 'delivered'
            or s.lease_owner in (${this.owner.id}::uuid, ${this.claimant}::uuid))`,
      ]),
    );
  }
}

function leasedDocument(row: Record<string, unknown>): LeasedDocument {
  const { document, subject_user_id: subjectUserId, email, ...rest } = claimedRow.parse(row);
  return {
    ingested: {
      orgId: rest.organization_id,
      collection: rest.collection,
      aggregate: rest.aggregate,
      document: unpacked(document, subjectUserId, email),
      subjectUserId,
      tags: rest.tags,
    },
    attempts: rest.attempts,
  };
}
