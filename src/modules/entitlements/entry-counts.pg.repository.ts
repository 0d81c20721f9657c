import { Injectable } from '@nestjs/common';
import { and, eq, gt, sql } from 'drizzle-orm';

import type { Tx } from '../../stores/postgres/postgres.js';
import { entryCounts } from './entry-counts.table.js';

/** The counts of entries, which change in the transactions that create and delete entries. */
@Injectable()
export class EntryCountsRepository {
  /** Adds one, unless the count has reached `limit` (null: no limit). False: it has. The row stays locked. */
  async increase(tx: Tx, orgId: string, userId: string, limit: number | null): Promise<boolean> {
    if (limit !== null && limit < 1) return false;
    const isBelow = limit === null ? undefined : sql`${entryCounts.totalEntries} < ${limit}`;
    const rows = await tx
      .insert(entryCounts)
      .values({ organizationId: orgId, userId, totalEntries: 1 })
      .onConflictDoUpdate({
        target: [entryCounts.organizationId, entryCounts.userId],
        set: { totalEntries: sql`${entryCounts.totalEntries} + 1` },
        ...(isBelow && { setWhere: isBelow }),
      })
      .returning({ totalEntries: entryCounts.totalEntries });
    return rows.length > 0;
  }

  async add(tx: Tx, orgId: string, userId: string, entries: number): Promise<void> {
    await tx
      .insert(entryCounts)
      .values({ organizationId: orgId, userId, totalEntries: entries })
      .onConflictDoUpdate({
        target: [entryCounts.organizationId, entryCounts.userId],
        set: { totalEntries: sql`${entryCounts.totalEntries} + ${entries}` },
      });
  }

  async decrease(tx: Tx, orgId: string, userId: string): Promise<void> {
    await tx
      .update(entryCounts)
      .set({ totalEntries: sql`${entryCounts.totalEntries} - 1` })
      .where(
        and(
          eq(entryCounts.organizationId, orgId),
          eq(entryCounts.userId, userId),
          gt(entryCounts.totalEntries, 0),
        ),
      );
  }

  /** Other transactions that create or delete entries of this account wait until this one ends. */
  async lock(tx: Tx, orgId: string, userId: string): Promise<void> {
    await tx
      .insert(entryCounts)
      .values({ organizationId: orgId, userId, totalEntries: 0 })
      .onConflictDoUpdate({
        target: [entryCounts.organizationId, entryCounts.userId],
        set: { totalEntries: sql`${entryCounts.totalEntries}` },
      });
  }

  async set(tx: Tx, orgId: string, userId: string, totalEntries: number): Promise<void> {
    await tx
      .update(entryCounts)
      .set({ totalEntries })
      .where(and(eq(entryCounts.organizationId, orgId), eq(entryCounts.userId, userId)));
  }
}
