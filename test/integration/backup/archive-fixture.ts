import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { expect } from 'vitest';
import mongoose from 'mongoose';
import postgres from 'postgres';

import type { Config } from '../../../src/config/config.js';
import { dropEverything } from '../../../src/stores/postgres/migrations/index.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { type CliRun, lastJson, runCli } from '../cli/run-cli.js';

const { EJSON } = mongoose.mongo.BSON;

/** Every record of both stores as text: rows by table, documents by collection, in an order of their own. */
export interface Content {
  postgres: Record<string, string[]>;
  mongodb: Record<string, string[]>;
}

/** A session that was ended since the archive was written must not come back. */
const ENDED_BY_A_RESTORE = ['sessions'];

/** Where the lease of an event stands is not what the event is: a restore releases leases. */
const WITHOUT_LEASES = "to_jsonb(t) - 'lease_owner' - 'available_at'";

async function rowsOf(sql: postgres.Sql): Promise<Record<string, string[]>> {
  const tables = await sql<{ name: string }[]>`
    select relname as name from pg_class
    where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace
      and relname <> all(${ENDED_BY_A_RESTORE}) order by 1`;
  const rows: Record<string, string[]> = {};
  for (const { name } of tables) {
    const found = await sql.unsafe<{ text: string }[]>(
      `select (${WITHOUT_LEASES})::text as text from "${name}" t order by 1`,
    );
    rows[name] = found.map(({ text }) => text);
  }
  return rows;
}

async function documentsOf(connection: mongoose.Connection): Promise<Record<string, string[]>> {
  const documents: Record<string, string[]> = {};
  for (const { name } of await connection.listCollections()) {
    const found = await connection
      .collection(name)
      .find({}, { promoteValues: false, promoteLongs: false, promoteBuffers: false, bsonRegExp: true })
      .toArray();
    if (found.length > 0)
      documents[name] = found.map((document) => EJSON.stringify(document, { relaxed: false })).sort();
  }
  return documents;
}

export async function withMongo<T>(
  config: Config,
  work: (connection: mongoose.Connection) => Promise<T>,
): Promise<T> {
  const connection = await mongoose.createConnection(config.mongo.uri).asPromise();
  try {
    return await work(connection);
  } finally {
    await connection.close();
  }
}

export async function withSql<T>(config: Config, work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(config.postgres.url, { max: 1, onnotice: () => undefined });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}

export const contentOf = async ({ config }: TestStores): Promise<Content> => ({
  postgres: await withSql(config, rowsOf),
  mongodb: await withMongo(config, documentsOf),
});

/** Nothing is left: no table, no migration, no collection. */
export async function destroy({ config }: TestStores): Promise<void> {
  await dropEverything(config.postgres.url);
  await withMongo(config, async (connection) => {
    for (const { name } of await connection.listCollections()) await connection.dropCollection(name);
  });
}

/** Stores with nothing in them at all. */
export async function emptyStores(): Promise<TestStores> {
  const stores = await createTestStores();
  await destroy(stores);
  return stores;
}

/** A folder for archives. */
export async function archiveFolder(): Promise<{
  file: (name: string) => string;
  drop: () => Promise<void>;
}> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-backup-'));
  return {
    file: (name) => path.join(folder, name),
    drop: () => rm(folder, { recursive: true }),
  };
}

function succeeded(run: CliRun): Record<string, unknown> {
  if (run.code !== 0) throw new Error(`It ended with ${run.code}:\n${run.stderr}`);
  return lastJson(run);
}

export const backup = async (stores: TestStores, file: string): Promise<Record<string, unknown>> =>
  succeeded(await runCli('db-backup', ['--json', '--out', file], stores.env));

export const restore = async (
  stores: TestStores,
  file: string,
  ...options: string[]
): Promise<Record<string, unknown>> =>
  succeeded(await runCli('db-restore', ['--json', '--from', file, ...options], stores.env));

/** `db:verify` finds no difference, and has compared something. */
export async function expectAgreement(stores: TestStores): Promise<void> {
  const run = await runCli('db-verify', ['--json'], stores.env);
  const { ok, checks } = succeeded(run) as {
    ok: boolean;
    checks: { compared: number; missing: number; extra: number; different: number }[];
  };
  const compared = checks.reduce((sum, check) => sum + check.compared, 0);
  const wrong = checks.reduce((sum, { missing, extra, different }) => sum + missing + extra + different, 0);
  console.info(`db:verify after db:restore: ${compared} compared, ${wrong} differ`);
  expect({ ok, wrong }).toEqual({ ok: true, wrong: 0 });
  expect(compared).toBeGreaterThan(0);
}
