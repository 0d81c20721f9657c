import { canonicalEnv, type Env } from '../../config/aliases.js';
import type { Config } from '../../config/config.js';
import { processEnv } from '../../config/load-config.js';
import { parseConfig } from '../../config/parse-config.js';
import { withStores } from '../../stores/embedded/index.js';
import type { StoreName } from '../../stores/embedded/store-entry.js';

/** A store that the command does not touch may be absent, but its URL must not be wrong. */
const UNUSED = {
  DATABASE_URL: 'postgres://unused.invalid/unused',
  MONGODB_URI: 'mongodb://unused.invalid/unused',
};

const parseWithUnused = (env: Env): Config => parseConfig({ ...UNUSED, ...given(canonicalEnv(env)) });

const given = (env: Env): Env =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

/** The configuration of a command that needs no store. Throws `ConfigInvalid`. */
export const configWithoutStores = (): Config => parseWithUnused(processEnv());

/**
 * Runs `work` with the stores that it names, those of the environment or embedded ones. The configuration is
 * parsed before anything is started. Throws `ConfigInvalid` and what `withStores` throws.
 */
export async function withConfig<T>(
  only: readonly StoreName[],
  work: (config: Config, env: Env) => Promise<T>,
): Promise<T> {
  const env = processEnv();
  parseWithUnused(env);
  return withStores(env, (usable) => work(parseWithUnused(usable), usable), { only });
}
