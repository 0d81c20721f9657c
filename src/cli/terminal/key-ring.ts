import type { Env } from '../../config/aliases.js';
import type { DataDir } from '../../stores/embedded/data-dir.js';

/**
 * Outside production a key ring that is not set is one that the data folder keeps. It is made once, so that `quickstart` and the
 * commands beside it read what the others have encrypted.
 */
export async function withKeyRing(env: Env, data: DataDir): Promise<Env> {
  if (env['FIELD_ENCRYPTION_KEYS'] || env['NODE_ENV'] === 'production') return env;
  const ring = await data.secret('field-encryption-keys', (random) => `k1:${random.toString('base64')}`);
  return { ...env, FIELD_ENCRYPTION_KEYS: ring };
}
