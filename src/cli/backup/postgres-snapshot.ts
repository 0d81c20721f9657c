import type { Sql, TransactionSql } from 'postgres';

import { isId } from '../../common/ids/ids.js';
import { migrationState, withConnection } from '../../stores/postgres/migrations/index.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import { CommandFailed } from '../terminal/explained.js';
import { type CatalogTable, tablesOf } from './postgres-catalog.js';

/** The assumed maximum duration of a transaction that a role without the right to see other sessions cannot see. */
const MARGIN_MS = 600_000;

/** PostgreSQL as it was at one moment. */
export interface PostgresSnapshot {
  tx: TransactionSql;
  /** The moment by PostgreSQL's clock. */
  at: Date;
  /** Everything that is committed after the snapshot was recorded after this moment. */
  floor: Date;
  serverVersion: string;
  migrations: { name: string; hash: string }[];
  tables: readonly CatalogTable[];
}

/**
 * The start of the oldest open transaction. Read before the snapshot is taken, so a transaction that commits after the
 * snapshot either runs already or begins later.
 */
async function floorOf(sql: Sql): Promise<Date> {
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from least(clock_timestamp(), min(xact_start))) * 1000)::float8 as ms
    from pg_stat_activity where datname = current_database()`;
  if (!row) throw new Error('An aggregate query returned no row');
  return new Date(row.ms - MARGIN_MS);
}

async function migrationsOf(sql: Sql): Promise<{ name: string; hash: string }[]> {
  const { applied } = await migrationState(sql);
  if (applied.length === 0) {
    throw new CommandFailed(
      'The database was never migrated.',
      'an archive needs the migrations to be restored with',
      ['npm run db:migrate'],
    );
  }
  return applied.map(({ name, hash }) => ({ name, hash }));
}

/**
 * Settings that make texts independent of the server's settings, and that remove the server's time limit from a long
 * read.
 */
const SETTINGS = [
  "set local datestyle = 'ISO, YMD'",
  "set local intervalstyle = 'postgres'",
  "set local timezone = 'UTC'",
  "set local bytea_output = 'hex'",
  'set local extra_float_digits = 3',
  'set local statement_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
].join('; ');

/** Runs `work` on one snapshot of all tables, while no migration can change them. Throws `PostgresNotUsable`. */
export function withSnapshot<T>(url: string, work: (snapshot: PostgresSnapshot) => Promise<T>): Promise<T> {
  return withConnection(url, async (sql) => {
    const migrations = await migrationsOf(sql);
    const known = await tablesOf(sql);
    const floor = await floorOf(sql);
    const result = await sql.begin('isolation level repeatable read read only', async (tx) => {
      await tx.unsafe(SETTINGS);
      // The locks come before the snapshot, which the first real query takes.
      await tx.unsafe(
        `lock table ${known.map(({ qualified }) => qualified).join(', ')} in access share mode`,
      );
      const [row] = await tx<{ ms: number; version: string }[]>`
        select (extract(epoch from now()) * 1000)::float8 as ms, current_setting('server_version') as version`;
      if (!row) throw new Error('A query without a table returned no row');
      const tables = await tablesOf(tx);
      const at = new Date(row.ms);
      return { value: await work({ tx, at, floor, serverVersion: row.version, migrations, tables }) };
    });
    return result.value;
  });
}

/** Those of `ids` whose events are in the snapshot. */
export async function eventsIn(tx: TransactionSql, ids: readonly string[]): Promise<Set<string>> {
  const possible = ids.filter(isId);
  if (possible.length === 0) return new Set();
  const rows = await tx<{ id: string }[]>`
    select id::text as id from outbox_events where id = any(${uuidArray(possible)}::text::uuid[])`;
  return new Set(rows.map(({ id }) => id));
}
