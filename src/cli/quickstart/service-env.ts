import { canonicalEnv, type Env } from '../../config/aliases.js';
import type { Config } from '../../config/config.js';
import { parseConfig } from '../../config/parse-config.js';
import type { DataDir } from '../../stores/embedded/data-dir.js';
import { withKeyRing } from '../terminal/key-ring.js';

const LOOPBACK = new Set(['127.0.0.1', '::1', 'localhost']);

/** The environment that `quickstart` completes: an unset variable gets a value that suits a first look. */
export function quickstartEnv(given: Env): Env {
  const env = canonicalEnv(given);
  const host = env['HOST'] || '127.0.0.1';
  return {
    ...env,
    HOST: host,
    PORT: env['PORT'] || '8080',
    NODE_ENV: env['NODE_ENV'] && env['NODE_ENV'] !== 'production' ? env['NODE_ENV'] : 'development',
    LOG_LEVEL: env['LOG_LEVEL'] || 'warn',
    // A request without a credential acts as the demo owner, but only if the service is reachable from this machine
    // alone.
    AUTH_ANONYMOUS: env['AUTH_ANONYMOUS'] || (LOOPBACK.has(host) ? 'owner' : 'off'),
  };
}

/** Parses everything that can be parsed before the stores run. Throws `ConfigInvalid`. */
export const checkedConfig = (env: Env): Config =>
  parseConfig({
    ...env,
    DATABASE_URL: env['DATABASE_URL'] ?? 'postgres://to-be-started',
    MONGODB_URI: env['MONGODB_URI'] ?? 'mongodb://to-be-started',
  });

/** Adds what lives in the data folder. */
export const withDataDir = (env: Env, data: DataDir): Promise<Env> =>
  withKeyRing({ ...env, DATA_DIR: data.path }, data);

/** The address of the service for a client on this machine. */
export function baseUrl({ host, port }: Config['http']): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const shown = host.includes(':') && !everywhere ? `[${host}]` : host;
  return `http://${everywhere ? '127.0.0.1' : shown}:${port}`;
}
