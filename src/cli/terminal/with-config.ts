import { canonicalEnv, type Env } from '../../config/aliases.js';
import { Config } from '../../config/config.js';
import { processEnv } from '../../config/load-config.js';
import { parseConfig } from '../../config/parse-config.js';
import { withStores } from '../../stores/embedded/index.js';
import { DataDir } from '../../stores/embedded/data-dir.js';
import { withKeyRing } from './key-ring.js';
import type { StoreName } from '../../stores/embedded/store-entry.js';

/** A port of this machine on which no program listens. */
const NOWHERE = {
  DATABASE_URL: 'postgres://127.0.0.1:9/unused',
  MONGODB_URI: 'mongodb://127.0.0.1:9/unused',
};

/** A store that the command does not use may be absent, but its URL must not be wrong. */
const parseWithUnused = (env: Env): Config => parseConfig({ ...NOWHERE, ...canonicalEnv(env) });

/** The configuration of a command that uses no store, not even those of the environment. Throws `ConfigInvalid`. */
export function configWithoutStores(): Config {
  const config = parseWithUnused(processEnv());
  return new Config({
    ...config,
    postgres: { ...config.postgres, url: NOWHERE.DATABASE_URL },
    mongo: { ...config.mongo, uri: NOWHERE.MONGODB_URI },
    redis: { ...config.redis, url: null },
  });
}

/**
 * Runs `work` with the stores that it names: those of the environment, or embedded ones. The configuration is parsed
 * before anything is started. Throws `ConfigInvalid`, and the errors of `withStores`.
 */
export async function withConfig<T>(
  only: readonly StoreName[],
  work: (config: Config, env: Env) => Promise<T>,
): Promise<T> {
  const env = processEnv();
  parseWithUnused(env);
  const run = async (usable: Env): Promise<T> => {
    const complete = await withKeyRing(usable, DataDir.of(usable));
    return work(parseWithUnused(complete), complete);
  };
  return withStores(env, run, { only });
}
