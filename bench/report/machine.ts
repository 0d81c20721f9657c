import os from 'node:os';

import { createClient } from 'redis';
import { z } from 'zod';

import { withDatabase } from '../../src/stores/mongo/with-database.js';
import type { World } from '../world/world.js';

/** What figures mean nothing without. Names no host. */
export interface Machine {
  cores: number;
  processor: string;
  memoryGigabytes: number;
  system: string;
  node: string;
  postgres: string;
  mongodb: string;
  redis: string;
}

const versions = z.object({ version: z.string() });

async function mongoVersion(uri: string): Promise<string> {
  return versions.parse(await withDatabase(uri, (db) => db.admin().buildInfo())).version;
}

async function redisVersion(url: string): Promise<string> {
  const client = createClient({ url, socket: { reconnectStrategy: false } });
  // `connect` and `info` reject as well; without a listener the process would end.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const info = await client.info('server');
    const valkey = /^valkey_version:(\S+)/m.exec(info)?.[1];
    return valkey === undefined
      ? `Redis ${/^redis_version:(\S+)/m.exec(info)?.[1] ?? '?'}`
      : `Valkey ${valkey}`;
  } finally {
    await client.disconnect();
  }
}

export async function describeMachine({ sql, stores }: World): Promise<Machine> {
  const [row] = await sql`select current_setting('server_version') as version`;
  return {
    cores: os.availableParallelism(),
    processor: `${os.cpus()[0]?.model.trim() ?? '?'}, ${os.arch()}`,
    memoryGigabytes: Math.round(os.totalmem() / 2 ** 30),
    system: os.type(),
    node: process.versions.node,
    postgres: versions.parse(row).version,
    mongodb: await mongoVersion(stores.MONGODB_URI),
    redis: await redisVersion(stores.REDIS_URL),
  };
}
