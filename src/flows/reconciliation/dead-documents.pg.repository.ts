import { Injectable } from '@nestjs/common';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import type { IngestedDocument } from '../ingest/ingested-document.js';
import { unpacked } from '../ingest/ingested-documents.mongo.repository.js';
import { persistently } from './persistently.js';

const BATCH = 2_000;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

/** The place of a document that is a dead letter of the spool. */
export interface DeadDocument {
  id: string;
  collection: string;
  tags: string[];
}

interface DeadRow extends DeadDocument {
  orgId: string;
  aggregate: string;
  document: Uint8Array;
  subjectUserId: string | null;
  email: string | null;
}

/** Documents that were acknowledged and that MongoDB has refused since. No process delivers them any more. */
@Injectable()
export class DeadDocuments {
  constructor(private readonly postgres: Postgres) {}

  async *batches(): AsyncGenerator<DeadDocument[]> {
    for (let after = BEFORE_ALL; ;) {
      const rows = await this.ask(
        (sql) => sql<DeadDocument[]>`
          select id, collection, tags from spool
          where dead_at is not null and id > ${after}::uuid order by id limit ${BATCH}`,
      );
      const last = rows.at(-1);
      if (!last) return;
      yield rows;
      after = last.id;
    }
  }

  /** Those of `ids` that are dead letters at this moment. */
  async stillDead(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await this.ask(
      (sql) => sql<{ id: string }[]>`
        select id from spool where dead_at is not null and id = any(${uuidArray(ids)}::uuid[])`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  /** With the present address of the person. Null if the document is no dead letter any more. */
  async find(id: string): Promise<IngestedDocument | null> {
    const [row] = await this.ask(
      (sql) => sql<DeadRow[]>`
        select s.id, s.collection, s.tags, s.organization_id as "orgId", s.aggregate, s.document,
          s.subject_user_id as "subjectUserId", users.email
        from spool s left join users on users.id = s.subject_user_id
        where s.dead_at is not null and s.id = any(${uuidArray([id])}::uuid[])`,
    );
    if (!row) return null;
    const { document, email, ...rest } = row;
    return { ...rest, document: unpacked(document, rest.subjectUserId, email) };
  }

  /** Removes the row, because MongoDB has the document. */
  async remove(id: string): Promise<void> {
    await this.ask(
      (sql) => sql`
        delete from spool where dead_at is not null and id = any(${uuidArray([id])}::uuid[])`,
    );
  }

  private ask<T>(query: (sql: Postgres['sql']) => Promise<T>): Promise<T> {
    return persistently(() =>
      this.postgres.liveness.run(() => query(this.postgres.sql), 'reconciliation.dead_documents'),
    );
  }
}
