import { Injectable } from '@nestjs/common';
import { z } from 'zod';

import { uuidArray } from '../../stores/postgres/uuid-array.js';
import type { IngestedDocument } from '../ingest/ingested-document.js';
import { unpacked } from '../ingest/ingested-documents.mongo.repository.js';
import { OutboxTuning } from '../outbox/outbox-tuning.js';
import { LeaseOwner } from '../queue/lease-owner.js';
import { LeasedRows, type QueueTable, type RowOutcome } from '../queue/leased-rows.pg.repository.js';
import { QueueConnection } from '../queue/queue-connection.js';
import type { ClaimableQueue } from '../queue/relay-round.js';

/** A document that this process may deliver until its lease ends. */
export interface LeasedDocument {
  ingested: IngestedDocument;
  /** Failures so far. */
  attempts: number;
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

const SPOOL: QueueTable = {
  name: 'spool',
  table: 'spool',
  id: 'id',
  read: (sql) => sql`
    select leased.id, leased.organization_id, leased.collection, leased.aggregate, leased.document,
      leased.subject_user_id, users.email, to_json(leased.tags)::text as tags, leased.attempts
    from leased left join users on users.id = leased.subject_user_id`,
};

/** The rows of the spool: leases, failures and completed rows. */
@Injectable()
export class SpoolQueue implements ClaimableQueue<LeasedDocument[]> {
  private readonly rows: LeasedRows;

  constructor(
    private readonly connection: QueueConnection,
    owner: LeaseOwner,
    private readonly tuning: OutboxTuning,
  ) {
    this.rows = new LeasedRows(connection, owner, tuning, SPOOL);
  }

  /**
   * Leases the oldest due documents (`LeasedRows.claim`), with each person's address as it is at this moment. A person
   * whose account was deleted meanwhile has none.
   */
  async claim(atMost?: number): Promise<LeasedDocument[]> {
    return (await this.rows.claim(atMost)).map(leasedDocument);
  }

  releaseClaims(): Promise<void> {
    return this.rows.releaseClaims();
  }

  nextDueInMs(): Promise<number> {
    return this.rows.nextDueInMs();
  }

  /** The same documents with each person's present address, as a claim returns them. They are leased already. */
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

  /** Records the outcomes of leased documents. A delivered document is removed once its cache tags are replaced too. */
  settle(outcomes: readonly RowOutcome[]): Promise<void> {
    return this.rows.settle(outcomes, ({ kind, areTagsFresh }) => kind === 'delivered' && areTagsFresh);
  }

  /** Delivered documents whose cache tags may not have been replaced, some at a time. */
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

  /** Removes documents that are delivered and whose cache tags are replaced. */
  remove(ids: readonly string[]): Promise<void> {
    return this.rows.remove(ids);
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
