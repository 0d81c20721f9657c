import { inArray, lte } from 'drizzle-orm';
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core';

import type { Postgres } from './postgres.js';

const REMOVED_AT_ONCE = 500;

/** A table whose rows have an end of their own. */
export type ExpiringTable = PgTable & { id: AnyPgColumn; expiresAt: AnyPgColumn };

/** Deletes the rows of every organisation whose end is over, some at a time. Another process may do the same. */
export async function removeExpired(
  postgres: Postgres,
  table: ExpiringTable,
  now: Date,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted && (await removeSome(postgres, table, now)) === REMOVED_AT_ONCE);
}

const removeSome = (postgres: Postgres, table: ExpiringTable, now: Date): Promise<number> =>
  postgres.transaction(async (tx) => {
    const expired = await tx
      .select({ id: table.id })
      .from(table)
      .where(lte(table.expiresAt, now))
      .limit(REMOVED_AT_ONCE)
      .for('update', { skipLocked: true });
    const ids = expired.map(({ id }) => id);
    if (ids.length > 0) await tx.delete(table).where(inArray(table.id, ids));
    return ids.length;
  });
