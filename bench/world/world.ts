import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';

import postgres from 'postgres';

import type { Env } from '../../src/config/aliases.js';
import { DataDir } from '../../src/stores/embedded/data-dir.js';
import { createMongoDatabase, createPostgresDatabase } from './bench-database.js';
import { createFixture, type Fixture } from './fixture.js';
import { clearRedis, REDIS_PREFIX } from './redis-prefix.js';

/** Where everything is measured: the stores, what is in them, and a folder for logs and request files. */
export interface World {
  /** How the servers find the stores. */
  stores: { DATABASE_URL: string; MONGODB_URI: string; REDIS_URL: string; REDIS_KEY_PREFIX: string };
  fixture: Fixture;
  sql: postgres.Sql;
  scratch: DataDir;
  /** Adds what `close` has to do first. */
  onClose: (remove: () => Promise<void>) => void;
  close: () => Promise<void>;
}

const required = (env: Env, name: string): string => {
  const value = env[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set: run it as npm run bench`);
  return value;
};

/** Makes the benchmark's own databases on the given servers and fills them. `close` removes them. */
export async function createWorld(env: Env): Promise<World> {
  const scratch = new DataDir(path.join(required(env, 'DATA_DIR'), 'bench'));
  await rm(scratch.in('logs'), { recursive: true, force: true });
  await mkdir(scratch.path, { recursive: true });
  scratch.create();
  const redisUrl = required(env, 'REDIS_URL');
  await clearRedis(redisUrl);
  const [database, documents] = await Promise.all([
    createPostgresDatabase(required(env, 'DATABASE_URL')),
    createMongoDatabase(required(env, 'MONGODB_URI')),
  ]);
  const sql = postgres(database.url, { max: 2, onnotice: () => undefined });
  const removals: (() => Promise<void>)[] = [];
  return {
    stores: {
      DATABASE_URL: database.url,
      MONGODB_URI: documents.url,
      REDIS_URL: redisUrl,
      REDIS_KEY_PREFIX: REDIS_PREFIX,
    },
    fixture: await createFixture(sql),
    sql,
    scratch,
    onClose: (remove) => removals.push(remove),
    close: async () => {
      for (const remove of removals) await remove();
      await sql.end();
      await Promise.all([database.drop(), documents.drop(), clearRedis(redisUrl)]);
    },
  };
}
