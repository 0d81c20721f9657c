import postgres, { type Sql, type TransactionSql } from 'postgres';

import { MigrationLocked } from './migration.errors.js';

// Two 32-bit keys, so that no lock of the application equals this one: "trpt", 1.
const SPACE = 0x74727074;
const KEY = 1;
const LOCK_NOT_AVAILABLE = '55P03';
/** A statement that waits longer for a table would block everything that queues behind it. */
const TABLE_LOCK_TIMEOUT_MS = 15_000;

/** How long to wait for another process, and a callback that reports the wait. */
export interface LockOptions {
  lockWaitMs?: number;
  onWait?: (holder: string) => void;
}

async function holderOf(sql: Sql): Promise<string> {
  const [row] = await sql<{ pid: number; application_name: string; client_addr: string | null }[]>`
    select pid, application_name, client_addr::text
    from pg_locks join pg_stat_activity using (pid)
    where locktype = 'advisory' and granted and classid = ${SPACE} and objid = ${KEY} and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())`;
  if (!row) return 'a process that has just finished';
  return `backend ${row.pid} (${row.application_name || 'unnamed'}, from ${row.client_addr ?? 'this machine'})`;
}

async function acquire(sql: Sql, { lockWaitMs = 60_000, onWait }: LockOptions): Promise<void> {
  const [first] = await sql<{ locked: boolean }[]>`select pg_try_advisory_lock(${SPACE}, ${KEY}) as locked`;
  if (first?.locked) return;
  onWait?.(await holderOf(sql));
  await sql`select set_config('lock_timeout', ${`${lockWaitMs}ms`}, false)`;
  try {
    await sql`select pg_advisory_lock(${SPACE}, ${KEY})`;
  } catch (error) {
    if (!(error instanceof postgres.PostgresError) || error.code !== LOCK_NOT_AVAILABLE) throw error;
    throw new MigrationLocked(await holderOf(sql), lockWaitMs);
  }
}

/**
 * Runs `work` while no other process migrates this database. The lock belongs to the connection and ends with it.
 * Throws `MigrationLocked` after `lockWaitMs` (a minute).
 */
export async function withMigrationLock<T>(
  sql: Sql,
  options: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  await acquire(sql, options);
  await sql`select set_config('lock_timeout', ${`${TABLE_LOCK_TIMEOUT_MS}ms`}, false)`;
  try {
    return await work();
  } finally {
    await sql`select pg_advisory_unlock(${SPACE}, ${KEY})`;
  }
}

/**
 * Checks, inside a migration's transaction, that this process still holds the lock. After a lost connection the driver
 * continues on a new one, and a transaction-mode pooler may switch to another one at any time.
 */
export async function assertLocked(tx: Sql | TransactionSql): Promise<void> {
  const [row] = await tx<{ locked: boolean }[]>`select pg_try_advisory_xact_lock(${SPACE}, ${KEY}) as locked`;
  if (!row?.locked)
    throw new MigrationLocked('the process that took the lock when our connection was lost', 0);
}
