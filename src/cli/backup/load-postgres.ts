import type { TransactionSql } from 'postgres';

import type { ArchiveManifest } from './archive-format.js';
import { RestoreFailed } from './backup.errors.js';
import type { VerifiedArchive } from './verify-archive.js';
import { type CatalogTable, tablesOf } from './postgres-catalog.js';

interface Constraint {
  table: string;
  name: string;
  definition: string;
}

/**
 * Foreign keys reference each other in cycles, so no order of loading satisfies them. They are checked all at once at
 * the end.
 */
const foreignKeys = (tx: TransactionSql): Promise<Constraint[]> => tx<Constraint[]>`
  select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
  from pg_constraint where contype = 'f' and conparentid = 0 and connamespace = 'public'::regnamespace`;

const describe = (columns: readonly { name: string; type: string }[]): string =>
  columns.map(({ name, type }) => `${name} ${type}`).join(', ');

/** The target's tables by name. Throws `RestoreFailed` if one differs from the archive. */
export async function matchingTables(
  tx: TransactionSql,
  { header }: VerifiedArchive,
): Promise<ReadonlyMap<string, CatalogTable>> {
  const tables = new Map((await tablesOf(tx)).map((table) => [table.name, table]));
  for (const { name, columns } of header.postgres.tables) {
    const table = tables.get(name);
    if (table && describe(table.columns) === describe(columns)) continue;
    const is = table ? `${name} has ${describe(table.columns)}` : `${name} is not there`;
    throw new RestoreFailed(
      `The table ${name} of the archive does not fit the migrations.`,
      `${is}; the archive has ${describe(columns)}`,
      ['it was made or changed past the migrations: make it so in the target, and restore again'],
    );
  }
  return tables;
}

async function createPartitions(tx: TransactionSql, { header }: VerifiedArchive): Promise<void> {
  const quoted = (name: string): string => `public."${name.replaceAll('"', '""')}"`;
  for (const { name, parent, bound } of header.postgres.partitions) {
    await tx.unsafe(`create table if not exists ${quoted(name)} partition of ${quoted(parent)} ${bound}`);
  }
}

/**
 * Empties the tables, runs `load` without triggers and foreign keys, and checks the foreign keys after it. All in the
 * caller's transaction, so a rejection leaves PostgreSQL unchanged.
 */
export async function withBareTables<T>(
  tx: TransactionSql,
  archive: VerifiedArchive,
  load: (tables: ReadonlyMap<string, CatalogTable>) => Promise<T>,
): Promise<T> {
  await tx.unsafe(
    "set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0; set local datestyle = 'ISO, YMD'; set local timezone = 'UTC'",
  );
  const tables = await matchingTables(tx, archive);
  const names = [...tables.values()].map(({ qualified }) => qualified);
  const constraints = await foreignKeys(tx);
  for (const name of names) await tx.unsafe(`alter table ${name} disable trigger user`);
  for (const { table, name } of constraints) await tx.unsafe(`alter table ${table} drop constraint ${name}`);
  await tx.unsafe(`truncate ${names.join(', ')}`);
  await createPartitions(tx, archive);
  const result = await load(tables);
  await setSequences(tx, archive.manifest);
  await releaseLeases(tx, tables.values());
  for (const { table, name, definition } of constraints)
    await tx.unsafe(`alter table ${table} add constraint ${name} ${definition}`);
  for (const name of names) await tx.unsafe(`alter table ${name} enable trigger user`);
  await tx.unsafe('analyze');
  return result;
}

async function setSequences(tx: TransactionSql, { sequences }: ArchiveManifest): Promise<void> {
  for (const { name, value, is_called } of sequences)
    await tx`select setval(${name}::text::regclass, ${value}::text::bigint, ${is_called}::boolean)`;
}

/** How to end a lease, in the tables that have leases. */
const LEASE_ENDS: Readonly<Record<string, string>> = {
  available_at: 'available_at = clock_timestamp()',
  lease_until: 'lease_until = null',
};

/**
 * The owners of the leases no longer run, so the relays may continue at once. Back-offs and dead letters stay as they
 * are.
 */
async function releaseLeases(tx: TransactionSql, tables: Iterable<CatalogTable>): Promise<void> {
  for (const { qualified, columns } of tables) {
    if (!columns.some(({ name }) => name === 'lease_owner')) continue;
    const ends = columns.flatMap(({ name }) => LEASE_ENDS[name] ?? []);
    const set = ['lease_owner = null', ...ends].join(', ');
    await tx.unsafe(`update ${qualified} set ${set} where lease_owner is not null`);
  }
}
