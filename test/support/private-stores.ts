import postgresClient from 'postgres';

import { embeddedMongodb } from '../../src/stores/embedded/embedded-mongodb.js';
import { embeddedPostgres } from '../../src/stores/embedded/embedded-postgres.js';
import { embeddedRedis } from '../../src/stores/embedded/embedded-redis.js';
import { migrateUp } from '../../src/stores/postgres/migrations/index.js';
import { privateDataDir, PrivateStore } from './private-store.js';
import { storeProgram } from './store-programs.js';

/** All three stores for one test file, which may kill and freeze them. */
export interface PrivateStores {
  postgres: PrivateStore;
  mongodb: PrivateStore;
  redis: PrivateStore;
  /** The variables with their URLs. */
  env: { DATABASE_URL: string; MONGODB_URI: string; REDIS_URL: string };
  stop: () => Promise<void>;
}

/** The cluster may hold what an earlier run wrote, and MongoDB starts empty. */
async function emptyDatabase(url: string): Promise<void> {
  const server = new URL(url);
  const name = server.pathname.slice(1);
  server.pathname = '/postgres';
  const sql = postgresClient(server.toString(), { max: 1, onnotice: () => undefined });
  await sql.unsafe(`drop database if exists ${name} with (force)`);
  await sql.unsafe(`create database ${name}`);
  await sql.end();
}

/** Starts and migrates them: see `describeWithPrivate`. */
export async function startPrivateStores(name: string): Promise<PrivateStores> {
  const programs = { mongodb: storeProgram('mongodb'), redis: storeProgram('redis') };
  // The cluster is kept between runs, because creating one takes a second, and programs may have to be copied.
  const data = await privateDataDir(name, { fresh: false });
  const documents = await privateDataDir(`${name}-mongodb`, { fresh: true });
  const redisServer = await embeddedRedis(data, programs.redis ? [programs.redis] : []);
  if (!programs.mongodb || !redisServer)
    throw new Error('No MongoDB or no Redis program on this machine to start private servers from');
  const [postgres, mongodb, redis] = await Promise.all([
    PrivateStore.start(await embeddedPostgres(data)),
    PrivateStore.start(await embeddedMongodb(documents, [programs.mongodb])),
    PrivateStore.start(redisServer),
  ]);
  await emptyDatabase(postgres.url);
  await migrateUp(postgres.url);
  return {
    postgres,
    mongodb,
    redis,
    env: { DATABASE_URL: postgres.url, MONGODB_URI: mongodb.url, REDIS_URL: redis.url },
    stop: async () => {
      await Promise.all([postgres, mongodb, redis].map((store) => store.stop()));
    },
  };
}
