import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt, ne, sql } from 'drizzle-orm';

import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import type { KeyOwner, WrappedDataKey } from './data-key.js';
import { dataKeys } from './data-keys.table.js';

const columns = {
  orgId: dataKeys.organizationId,
  userId: dataKeys.userId,
  id: dataKeys.id,
  wrappingKeyId: dataKeys.wrappingKeyId,
  wrappedKey: dataKeys.wrappedKey,
};

/**
 * False in the transaction that inserts the key, which may still roll back. `now()` is the beginning of a transaction.
 */
const isCommitted = sql<boolean>`${dataKeys.createdAt} < now()`;

@Injectable()
export class DataKeysRepository {
  constructor(private readonly postgres: Postgres) {}

  async find(orgId: string, userId: string): Promise<(WrappedDataKey & { isCommitted: boolean }) | null> {
    const [row] = await this.postgres.run((db) =>
      db
        .select({ ...columns, isCommitted })
        .from(dataKeys)
        .where(and(eq(dataKeys.organizationId, orgId), eq(dataKeys.userId, userId))),
    );
    return row ?? null;
  }

  /** Changes nothing if the account already has a key. Rejects with `ReferenceGone` for a deleted account. */
  async insert({ orgId, userId, ...key }: WrappedDataKey): Promise<void> {
    await this.postgres.transaction((tx) =>
      tx
        .insert(dataKeys)
        .values({ organizationId: orgId, userId, ...key })
        .onConflictDoNothing(),
    );
  }

  /** The keys that another key than `wrappingKeyId` wraps, in the order of their ids, after `afterId`. */
  wrappedByOthers(wrappingKeyId: string, afterId: string | null, limit: number): Promise<WrappedDataKey[]> {
    const isOther = ne(dataKeys.wrappingKeyId, wrappingKeyId);
    return this.postgres.run((db) =>
      db
        .select(columns)
        .from(dataKeys)
        .where(afterId === null ? isOther : and(isOther, gt(dataKeys.id, afterId)))
        .orderBy(asc(dataKeys.id))
        .limit(limit),
    );
  }

  /** Only if the key still equals `from`. False: it was rotated or destroyed meanwhile. */
  async rewrap(tx: Tx, from: WrappedDataKey, to: WrappedDataKey): Promise<boolean> {
    const rows = await tx
      .update(dataKeys)
      .set({ wrappingKeyId: to.wrappingKeyId, wrappedKey: to.wrappedKey })
      .where(
        and(
          eq(dataKeys.organizationId, from.orgId),
          eq(dataKeys.userId, from.userId),
          eq(dataKeys.wrappedKey, from.wrappedKey),
        ),
      )
      .returning({ id: dataKeys.id });
    return rows.length > 0;
  }

  /** In every organisation. Returns the owners of the keys. */
  destroy(tx: Tx, userId: string): Promise<KeyOwner[]> {
    return tx
      .delete(dataKeys)
      .where(eq(dataKeys.userId, userId))
      .returning({ orgId: dataKeys.organizationId, userId: dataKeys.userId });
  }
}
