import type { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { scanned } from '../../stores/redis/scanned.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const BATCH = 500;
const BUDGET_MS = 2_000;
const FIRST_CHECK_MS = 2_000;

/** The service's part of Redis, opened for one command. Throws `StoreUnavailable` if Redis does not answer. */
export async function withRedis<T>(config: Config, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(config);
  try {
    if (redis.isConfigured && !(await redis.liveness.check(FIRST_CHECK_MS)))
      throw new StoreUnavailable('redis');
    return await work(redis);
  } finally {
    await redis.onApplicationShutdown();
  }
}

/** Deletes the keys with our prefix, and no others, because the server may have other users. Returns how many. */
export async function forgetCache(redis: Redis, keyPrefix: string): Promise<number> {
  if (!redis.isConfigured) return 0;
  let count = 0;
  for (const node of redis.nodes) {
    for await (const keys of scanned(node, { MATCH: `${keyPrefix}:*`, COUNT: BATCH }, BUDGET_MS)) {
      // One by one, so that it also works with the slots of a cluster.
      await node.run((client) => Promise.all(keys.map((key) => client.unlink(key))), BUDGET_MS);
      count += keys.length;
    }
  }
  return count;
}
