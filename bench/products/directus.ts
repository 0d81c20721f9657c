import { mkdir } from 'node:fs/promises';
import path from 'node:path';

import type { Contestant } from '../servers/contestant.js';
import { oncePerWorld } from '../world/once-per-world.js';
import type { World } from '../world/world.js';
import { install, runToEnd, type Product } from './product.js';

export const DIRECTUS: Product = {
  name: 'Directus',
  version: '12.4.0',
  package: 'directus',
  // Version 5, which Directus pins, does not compile for Node 24.
  overrides: { 'isolated-vm': '6.2.0' },
};

/** Not a secret: it opens a database of benchmarks. */
export const DIRECTUS_TOKEN = 'bench-bench-bench-bench';
const CACHE_STATUS = 'x-cache-status';

/** On our own tables: Directus serves every table of its database, and keeps its own beside them. */
const settings = ({ stores, scratch }: World): Record<string, string> => ({
  DB_CLIENT: 'pg',
  DB_CONNECTION_STRING: stores.DATABASE_URL,
  DB_POOL__MIN: '0',
  DB_POOL__MAX: '10',
  REDIS: stores.REDIS_URL,
  CACHE_ENABLED: 'true',
  CACHE_STORE: 'redis',
  CACHE_TTL: '5m',
  CACHE_NAMESPACE: `${stores.REDIS_KEY_PREFIX}:directus`,
  // A write removes what was cached.
  CACHE_AUTO_PURGE: 'true',
  CACHE_STATUS_HEADER: CACHE_STATUS,
  // It would refuse requests of a run that is there to find the limit.
  PRESSURE_LIMITER_ENABLED: 'false',
  SECRET: 'bench-bench-bench-bench-bench-bench',
  ADMIN_EMAIL: 'admin@example.com',
  ADMIN_PASSWORD: 'bench-bench-bench',
  ADMIN_TOKEN: DIRECTUS_TOKEN,
  ACCEPT_TERMS: 'true',
  TELEMETRY: 'false',
  LOG_LEVEL: 'info',
  LOG_STYLE: 'raw',
  METRICS_ENABLED: 'true',
  STORAGE_LOCAL_ROOT: scratch.in('directus', 'uploads'),
  EXTENSIONS_PATH: scratch.in('directus', 'extensions'),
});

/** Installed, and its tables made. */
export const directus = oncePerWorld(async (world): Promise<Contestant> => {
  const folder = await install(DIRECTUS, world);
  const env = settings(world);
  const cwd = world.scratch.in('directus');
  for (const name of ['uploads', 'extensions']) await mkdir(path.join(cwd, name), { recursive: true });
  const main = path.join(folder, 'cli.js');
  await runToEnd(process.execPath, [main, 'bootstrap'], { cwd, env: { ...process.env, ...env } });
  return { main, args: ['start'], env, probe: { path: '/server/ping', headers: {} } };
});
