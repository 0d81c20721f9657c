import { Injectable } from '@nestjs/common';
import { and, count, eq, getTableColumns, gt, inArray } from 'drizzle-orm';

import { rising } from '../../stores/postgres/columns.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { UNFINISHED, type WorkState } from '../exports/export-request.js';
import { lockMember } from '../organizations/member-lock.pg.read-model.js';
import type { ImportProgress, ImportRequest } from './import-request.js';
import { importRequests } from './import-requests.table.js';

const columns = getTableColumns(importRequests);

const isOne = (orgId: string, id: string) =>
  and(eq(importRequests.organizationId, orgId), eq(importRequests.id, id));
const isUnfinished = inArray(importRequests.state, [...UNFINISHED]);

export type NewImport = Pick<
  ImportRequest,
  | 'id'
  | 'organizationId'
  | 'userId'
  | 'format'
  | 'isDryRun'
  | 'fileId'
  | 'fileKey'
  | 'size'
  | 'counts'
  | 'createdAt'
  | 'expiresAt'
>;

@Injectable()
export class ImportRequestsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Of the person, those that are kept. Others of the same person wait until the transaction ends. */
  async countForUpdate(tx: Tx, orgId: string, userId: string): Promise<number> {
    await lockMember(tx, orgId, userId);
    const [row] = await tx
      .select({ count: count() })
      .from(importRequests)
      .where(and(eq(importRequests.organizationId, orgId), eq(importRequests.userId, userId)));
    return row?.count ?? 0;
  }

  async insert(tx: Tx, request: NewImport): Promise<ImportRequest> {
    const [row] = await tx
      .insert(importRequests)
      .values({ ...request, report: [], updatedAt: request.createdAt })
      .returning(columns);
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async find(orgId: string, userId: string, id: string, now: Date): Promise<ImportRequest | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(importRequests)
        .where(and(isOne(orgId, id), eq(importRequests.userId, userId), gt(importRequests.expiresAt, now))),
    );
    return row ?? null;
  }

  /** A run takes it over, with what is done of it. Null where it is gone or has ended. */
  async begin(orgId: string, id: string, runId: string): Promise<ImportRequest | null> {
    const [row] = await this.postgres.transaction((tx) =>
      tx
        .update(importRequests)
        .set({ state: 'running', runId, updatedAt: rising(importRequests.updatedAt) })
        .where(and(isOne(orgId, id), isUnfinished))
        .returning(columns),
    );
    return row ?? null;
  }

  /** False where another run has taken over. */
  async progress(
    { organizationId, id, runId }: ImportRequest,
    { percent, counts, report, place }: ImportProgress,
  ): Promise<boolean> {
    const rows = await this.postgres.transaction((tx) =>
      tx
        .update(importRequests)
        .set({ percent, counts, report, place, updatedAt: rising(importRequests.updatedAt) })
        .where(and(isOne(organizationId, id), isUnfinished, eq(importRequests.runId, runId ?? id)))
        .returning({ id: importRequests.id }),
    );
    return rows.length > 0;
  }

  /** Null where another run has taken over. */
  async end(
    tx: Tx,
    { organizationId, id, runId }: ImportRequest,
    outcome: Partial<ImportProgress> & { state: WorkState; error: string | null; completedAt: Date },
  ): Promise<ImportRequest | null> {
    const [row] = await tx
      .update(importRequests)
      .set({ ...outcome, place: null, updatedAt: rising(importRequests.updatedAt) })
      .where(and(isOne(organizationId, id), isUnfinished, eq(importRequests.runId, runId ?? id)))
      .returning(columns);
    return row ?? null;
  }
}
