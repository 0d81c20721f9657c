import { and, desc, inArray, isNotNull, type SQL, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';

import type { Db, Tx } from '../../stores/postgres/postgres.js';
import type { DeadLetterPosition } from '../dead-letters/dead-letter.js';

/** A table of a queue, whose rows are dead letters once `deadAt` is set. */
export interface DeadRows {
  table: PgTable;
  id: PgColumn;
  deadAt: PgColumn;
}

export const isDead = ({ deadAt }: DeadRows, ...conditions: (SQL | undefined)[]): SQL | undefined =>
  and(isNotNull(deadAt), ...conditions);

/** Those that come after `position` in a list with the newest first. */
export const isDeadBefore = (rows: DeadRows, position: DeadLetterPosition | null): SQL | undefined =>
  isDead(
    rows,
    position
      ? sql`(${rows.deadAt}, ${rows.id}) < (${position.deadAt.toISOString()}::timestamptz, ${position.id}::uuid)`
      : undefined,
  );

export const newestFirst = ({ deadAt, id }: DeadRows): SQL[] => [desc(deadAt), desc(id)];

/** Gives these, or all, their full attempts again. Returns how many were dead letters. */
export async function revive(db: Db | Tx, rows: DeadRows, ids: readonly string[] | 'all'): Promise<number> {
  const which = isDead(rows, ids === 'all' ? undefined : inArray(rows.id, [...ids]));
  const revived = await db.execute(sql`
    update ${rows.table} set dead_at = null, attempts = 0, lease_owner = null, available_at = clock_timestamp()
    where ${which} returning ${rows.id}`);
  return revived.length;
}
