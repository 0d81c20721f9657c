import postgres from 'postgres';

import { withDatabase } from '../../src/stores/mongo/with-database.js';
import { migrateUp } from '../../src/stores/postgres/migrations/index.js';
import { initMongo } from '../../src/cli/mongo/init-mongo.js';

/** Of the benchmark alone: dropped before and after. The developer's own data on the same servers is not touched. */
const DATABASE = 'triptych_bench';

/** `drop` may be called without the database being there. */
interface BenchDatabase {
  url: string;
  drop: () => Promise<void>;
}

/** The URL of another database of the same server. */
export function withPath(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** A migrated, empty database on the PostgreSQL server of `url`. */
export async function createPostgresDatabase(url: string): Promise<BenchDatabase> {
  const admin = async (statement: string) => {
    const sql = postgres(url, { max: 1, onnotice: () => undefined });
    try {
      await sql.unsafe(statement);
    } finally {
      await sql.end();
    }
  };
  const drop = () => admin(`drop database if exists ${DATABASE} with (force)`);
  await drop();
  await admin(`create database ${DATABASE}`);
  const own = withPath(url, DATABASE);
  await migrateUp(own);
  return { url: own, drop };
}

/** The URI with another database. One that gives a user keeps where that user is known. */
export function withMongoDatabase(uri: string, database: string): string {
  const parts = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(?:\/([^?]*))?(?:\?(.*))?$/.exec(uri);
  const [, server, before = '', query = ''] = parts ?? [];
  if (server === undefined) throw new Error('MONGODB_URI is not a URI of MongoDB');
  const settings = new URLSearchParams(query);
  if (server.includes('@') && before !== '' && !settings.has('authSource'))
    settings.set('authSource', before);
  return `${server}/${database}${settings.size > 0 ? `?${settings.toString()}` : ''}`;
}

/** A database with all collections and indexes on the MongoDB server of `uri`. */
export async function createMongoDatabase(uri: string): Promise<BenchDatabase> {
  const url = withMongoDatabase(uri, DATABASE);
  const drop = () => withDatabase(url, async (db) => void (await db.dropDatabase()));
  await drop();
  await initMongo(url);
  return { url, drop };
}
