import { setTimeout as pause } from 'node:timers/promises';

import { sql } from 'drizzle-orm';

import type { Tx } from './db.js';

/** A replica in the same location replays a commit within a few milliseconds. */
const WAIT_MS = 50;
const PAUSE_MS = 2;

/**
 * Whether the server has replayed everything up to `position`, after a short wait at most. Always true on a primary.
 */
export async function replayed(tx: Tx, position: string): Promise<boolean> {
  const giveUpAt = performance.now() + WAIT_MS;
  for (;;) {
    const [row] = await tx.execute<{ is_there: boolean }>(
      sql`select coalesce(pg_last_wal_replay_lsn() >= ${position}::pg_lsn, not pg_is_in_recovery()) as is_there`,
    );
    if (row?.is_there) return true;
    if (performance.now() > giveUpAt) return false;
    await pause(PAUSE_MS);
  }
}
