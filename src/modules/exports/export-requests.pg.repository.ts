import { Injectable } from '@nestjs/common';
import { and, count, eq, getTableColumns, gt, inArray, sql } from 'drizzle-orm';

import { rising } from '../../stores/postgres/columns.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { lockMember } from '../organizations/member-lock.pg.read-model.js';
import { type ExportRequest, UNFINISHED } from './export-request.js';
import { exportRequests } from './export-requests.table.js';
import type { NewFile } from './files/private-file.js';

const columns = getTableColumns(exportRequests);

const isOne = (orgId: string, id: string) =>
  and(eq(exportRequests.organizationId, orgId), eq(exportRequests.id, id));
/** Of the run that writes this file: another one has taken over else. */
const isOfRun = (orgId: string, id: string, fileId: string) =>
  and(isOne(orgId, id), eq(exportRequests.fileId, fileId), eq(exportRequests.state, 'running'));

@Injectable()
export class ExportRequestsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** Those of the person that are kept. Others of the same person wait until the transaction ends, so that the number stays true. */
  async countForUpdate(tx: Tx, orgId: string, userId: string): Promise<number> {
    await lockMember(tx, orgId, userId);
    const [row] = await tx
      .select({ count: count() })
      .from(exportRequests)
      .where(and(eq(exportRequests.organizationId, orgId), eq(exportRequests.userId, userId)));
    return row?.count ?? 0;
  }

  async insert(
    tx: Tx,
    request: Pick<ExportRequest, 'id' | 'organizationId' | 'userId' | 'format' | 'createdAt' | 'expiresAt'>,
  ): Promise<ExportRequest> {
    const [row] = await tx
      .insert(exportRequests)
      .values({ ...request, updatedAt: request.createdAt })
      .returning(columns);
    if (!row) throw new Error('An insert returned no row');
    return row;
  }

  async find(orgId: string, userId: string, id: string, now: Date): Promise<ExportRequest | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(exportRequests)
        .where(and(isOne(orgId, id), eq(exportRequests.userId, userId), gt(exportRequests.expiresAt, now))),
    );
    return row ?? null;
  }

  /** For the job. Null where the request is gone, or was completed. */
  async unfinished(orgId: string, id: string): Promise<ExportRequest | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select(columns)
        .from(exportRequests)
        .where(and(isOne(orgId, id), sql`${exportRequests.state} <> 'completed'`)),
    );
    return row ?? null;
  }

  /** A run begins with a file of its own. False where another run has begun since, or the request is gone. */
  begin(orgId: string, id: string, before: string | null, file: NewFile): Promise<boolean> {
    return this.postgres.transaction(async (tx) => {
      const rows = await tx
        .update(exportRequests)
        .set({
          ...{ state: 'running', percent: 0, fileId: file.id, fileKey: file.key, error: null },
          updatedAt: rising(exportRequests.updatedAt),
        })
        .where(
          and(
            isOne(orgId, id),
            sql`${exportRequests.state} <> 'completed'`,
            sql`${exportRequests.fileId} is not distinct from ${before}::uuid`,
          ),
        )
        .returning({ id: exportRequests.id });
      return rows.length > 0;
    });
  }

  /** False where another run has taken over. */
  progress(orgId: string, id: string, fileId: string, percent: number): Promise<boolean> {
    return this.postgres.transaction(async (tx) => {
      const rows = await tx
        .update(exportRequests)
        .set({ percent, updatedAt: rising(exportRequests.updatedAt) })
        .where(isOfRun(orgId, id, fileId))
        .returning({ id: exportRequests.id });
      return rows.length > 0;
    });
  }

  /** Null where another run has taken over. */
  async complete(
    tx: Tx,
    orgId: string,
    id: string,
    fileId: string,
    size: number,
    at: Date,
  ): Promise<ExportRequest | null> {
    const [row] = await tx
      .update(exportRequests)
      .set({
        ...{ state: 'completed', percent: 100, size, completedAt: at },
        updatedAt: rising(exportRequests.updatedAt),
      })
      .where(isOfRun(orgId, id, fileId))
      .returning(columns);
    return row ?? null;
  }

  /** Null where it is not unfinished any more. */
  async fail(tx: Tx, orgId: string, id: string, error: string): Promise<ExportRequest | null> {
    const [row] = await tx
      .update(exportRequests)
      .set({ state: 'failed', error, updatedAt: rising(exportRequests.updatedAt) })
      .where(and(isOne(orgId, id), inArray(exportRequests.state, [...UNFINISHED])))
      .returning(columns);
    return row ?? null;
  }
}
