import { and, eq, inArray } from 'drizzle-orm';

import type { Postgres, Tx } from '../../stores/postgres/postgres.js';
import type { MovedKindName, MovedRecord } from './moved-record.js';
import { movedRecords } from './moved-records.table.js';

/** What was moved from one source into one organisation. */
export class MovedRecordsRepository {
  constructor(
    private readonly postgres: Postgres,
    private readonly orgId: string,
    private readonly source: string,
  ) {}

  async find(kind: MovedKindName, sourceIds: readonly string[]): Promise<MovedRecord[]> {
    if (sourceIds.length === 0) return [];
    return this.postgres.run((db) =>
      db
        .select({
          sourceId: movedRecords.sourceId,
          id: movedRecords.targetId,
          userId: movedRecords.userId,
        })
        .from(movedRecords)
        .where(
          and(
            eq(movedRecords.organizationId, this.orgId),
            eq(movedRecords.source, this.source),
            eq(movedRecords.kind, kind),
            inArray(movedRecords.sourceId, [...sourceIds]),
          ),
        ),
    );
  }

  /** Part of the transaction that writes the records, where PostgreSQL owns them; after the write of MongoDB's. */
  async add(tx: Tx, kind: MovedKindName, records: readonly MovedRecord[]): Promise<void> {
    if (records.length === 0) return;
    await tx
      .insert(movedRecords)
      .values(
        records.map(({ sourceId, id, userId }) => ({
          ...{ organizationId: this.orgId, source: this.source, kind },
          ...{ sourceId, targetId: id, userId },
        })),
      )
      .onConflictDoNothing();
  }
}
