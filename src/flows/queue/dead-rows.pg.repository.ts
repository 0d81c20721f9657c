import { and, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

import type { Db, Tx } from '../../stores/postgres/postgres.js';

/** A table of a queue. A row is a dead letter once `deadAt` is set. */
export interface DeadRows {
  table: PgTable;
  id: PgColumn;
  deadAt: PgColumn;
}

export const isDead = ({ deadAt }: DeadRows, ...conditions: (SQL | undefined)[]): SQL | undefined =>
  and(isNotNull(deadAt), ...conditions);

/** Resets the attempts of these dead letters, or of all. Returns how many there were. */
export async function revive(db: Db | Tx, rows: DeadRows, ids: readonly string[] | 'all'): Promise<number> {
  const which = isDead(rows, ids === 'all' ? undefined : inArray(rows.id, [...ids]));
  const revived = await db.execute(sql`
    update ${rows.table} set dead_at = null, attempts = 0, lease_owner = null, available_at = clock_timestamp()
    where ${which} returning ${rows.id}`);
  return revived.length;
}
