import { Injectable } from '@nestjs/common';

import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const BUDGET_MS = 250;

/** Detects a Redis that answers a ping but cannot be used by the cache. */
@Injectable()
export class RedisLimits {
  constructor(private readonly redis: Redis) {}

  /** Why the cache is off, for people. Null: it can be used, or Redis does not answer at all. */
  async reason(): Promise<string | null> {
    try {
      const info = await this.redis.run((client) => client.info(), BUDGET_MS);
      if (/^cluster_enabled:1/m.test(info))
        return 'It is a node of a cluster, which holds some of the keys only.';
      if (/^role:slave/m.test(info)) return 'It is a replica, which takes no writes.';
      return null;
    } catch (error) {
      if (isRedisRefusal(error)) return 'Its user may not run INFO, by which a restarted server is known.';
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }
}
