import path from 'node:path';

import { withPath } from '../world/bench-database.js';
import type { Contestant } from '../servers/contestant.js';
import { oncePerWorld } from '../world/once-per-world.js';
import { install, type Product } from './product.js';

export const UNLEASH: Product = { name: 'Unleash', version: '8.2.0', package: 'unleash-server' };

/** Not secrets: they open a database of benchmarks. */
const TOKENS = {
  admin: '*:*.bench-bench-bench-bench',
  backend: 'default:production.bench-bench-bench-bench',
  frontend: 'default:production.bench-bench-bench-front',
} as const;
export const unleashToken = (kind: keyof typeof TOKENS): Record<string, string> => ({
  authorization: TOKENS[kind],
});

const DATABASE = 'triptych_bench_unleash';
/** For each minute. A run that looks for the limit must not meet one that is set. */
const NO_LIMIT = '100000000';

/** Installed, with a database of its own, whose tables it makes at its first start. */
export const unleash = oncePerWorld(async (world): Promise<Contestant> => {
  const folder = await install(UNLEASH, world);
  await world.sql.unsafe(`drop database if exists ${DATABASE} with (force)`);
  await world.sql.unsafe(`create database ${DATABASE}`);
  world.onClose(async () => {
    await world.sql.unsafe(`drop database if exists ${DATABASE} with (force)`);
  });
  return {
    main: path.join(folder, 'dist', 'server.js'),
    probe: { path: '/health', headers: {} },
    env: {
      DATABASE_URL: withPath(world.stores.DATABASE_URL, DATABASE),
      DATABASE_SSL: 'false',
      DATABASE_POOL_MAX: '10',
      INIT_ADMIN_API_TOKENS: TOKENS.admin,
      INIT_BACKEND_API_TOKENS: TOKENS.backend,
      INIT_FRONTEND_API_TOKENS: TOKENS.frontend,
      SDK_API_RATE_LIMIT_PER_MINUTE: NO_LIMIT,
      TOKEN_AUTHENTICATION_RATE_LIMIT_PER_MINUTE: NO_LIMIT,
      CHECK_VERSION: 'false',
      SEND_TELEMETRY: 'false',
      REQUEST_LOGGER_ENABLE: 'true',
      LOG_LEVEL: 'info',
    },
  };
});
