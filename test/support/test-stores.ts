import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';

import mongoose from 'mongoose';
import postgres from 'postgres';

import { canonicalEnv, type Env } from '../../src/config/aliases.js';
import { type Config } from '../../src/config/config.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { migrateUp } from '../../src/stores/postgres/migrations/migrator.js';

const TEMPLATE_PREFIX = 'triptych_test_template_';
const TEMPLATE_LOCK = 7_301_944;

/** A PostgreSQL database, a MongoDB database and a Redis prefix for one test file. */
export interface TestStores {
  config: Config;
  /** The same as environment variables, for a child process. */
  env: Record<string, string>;
  drop: () => Promise<void>;
}

const withDatabase = (url: string, database: string): string => {
  const parsed = new URL(url);
  parsed.pathname = `/${database}`;
  return parsed.toString();
};

/** Not a secret, because it only protects test data. */
export const TEST_KEY_RING = `test:${Buffer.alloc(32, 'test').toString('base64')}`;

/** Depends on the migrations, so other migrations have another template. */
function templateName(): string {
  const folder = new URL('../../drizzle/', import.meta.url);
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort())
    if (file.endsWith('.sql')) hash.update(readFileSync(new URL(file, folder)));
  return TEMPLATE_PREFIX + hash.digest('hex').slice(0, 12);
}

const TEMPLATE = templateName();

/** Migrated once for all test files. Each file clones it, which is much faster than migrating. */
async function ensureTemplate(admin: postgres.Sql, url: string): Promise<void> {
  const connection = await admin.reserve();
  try {
    await connection`select pg_advisory_lock(${TEMPLATE_LOCK})`;
    const [existing] = await connection`select 1 from pg_database where datname = ${TEMPLATE}`;
    if (!existing) {
      await dropOldTemplates(connection);
      await connection.unsafe(`create database ${TEMPLATE}`);
    }
    await migrateUp(withDatabase(url, TEMPLATE));
  } finally {
    await connection`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
    connection.release();
  }
}

async function dropOldTemplates(connection: postgres.Sql): Promise<void> {
  const pattern = `${TEMPLATE_PREFIX.replaceAll('_', '\\_')}%`;
  const old = await connection<
    { datname: string }[]
  >`select datname from pg_database where datname like ${pattern}`;
  for (const { datname } of old) await connection.unsafe(`drop database if exists ${datname} with (force)`);
}

async function clone(admin: postgres.Sql, name: string): Promise<void> {
  const connection = await admin.reserve();
  try {
    // PostgreSQL refuses two concurrent clones of one template.
    await connection`select pg_advisory_lock(${TEMPLATE_LOCK})`;
    await connection.unsafe(`create database ${name} template ${TEMPLATE}`);
  } finally {
    await connection`select pg_advisory_unlock(${TEMPLATE_LOCK})`;
    connection.release();
  }
}

/** The stores of the environment (`npm test` starts them). `overrides` are environment variables. */
export async function createTestStores(overrides: Env = {}): Promise<TestStores> {
  const base = canonicalEnv(process.env);
  const name = `triptych_test_${randomBytes(6).toString('hex')}`;
  const { DATABASE_URL: postgresUrl, MONGODB_URI: mongoUri, REDIS_URL: redisUrl } = base;
  if (!postgresUrl || !mongoUri || !redisUrl)
    throw new Error('Run the tests with `npm test`, which starts the stores.');
  const admin = postgres(postgresUrl, { max: 1, onnotice: () => undefined });
  await ensureTemplate(admin, postgresUrl);
  await clone(admin, name);
  const env: Record<string, string> = {
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    PORT: '0',
    VERIFY_EVERY: 'off',
    // Tests insert a million rows in one statement.
    DATABASE_STATEMENT_TIMEOUT: '10m',
    DATABASE_URL: withDatabase(postgresUrl, name),
    MONGODB_URI: withDatabase(mongoUri, name),
    REDIS_URL: redisUrl,
    REDIS_KEY_PREFIX: name.replace('triptych_', ''),
    FIELD_ENCRYPTION_KEYS: TEST_KEY_RING,
  };
  for (const [key, value] of Object.entries(overrides)) if (value !== undefined) env[key] = value;
  return {
    config: parseConfig(env),
    env,
    drop: async () => {
      await admin.unsafe(`drop database if exists ${name} with (force)`);
      await admin.end();
      const mongo = await mongoose.createConnection(withDatabase(mongoUri, name)).asPromise();
      await mongo.dropDatabase();
      await mongo.close();
    },
  };
}
