import { Injectable } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

const BUDGET_MS = 250;

/** Detects a Redis that answers a ping but cannot be used by the cache. */
@Injectable()
export class RedisLimits {
  private readonly probe: string;

  constructor(
    private readonly redis: Redis,
    config: Config,
  ) {
    this.probe = `${config.redis.keyPrefix}:health`;
  }

  /** Why the cache is off, for people. Null: it can be used, or Redis does not answer at all. */
  async reason(): Promise<string | null> {
    try {
      const info = await this.redis.run((client) => client.info(), BUDGET_MS);
      if (/^cluster_enabled:1/m.test(info))
        return 'It is a node of a cluster, which holds some of the keys only.';
      if (/^role:slave/m.test(info)) return 'It is a replica, which takes no writes.';
      return await this.refusedWrite();
    } catch (error) {
      if (isRedisRefusal(error)) return 'Its user may not run INFO, by which a restarted server is known.';
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }

  /** A server that is full, a user without rights to our keys: what Redis calls it, such as OOM and NOPERM. */
  private async refusedWrite(): Promise<string | null> {
    try {
      await this.redis.run((client) => client.set(this.probe, '1', { PX: 1_000 }), BUDGET_MS);
      return null;
    } catch (error) {
      // The rest of the text may name the user.
      if (isRedisRefusal(error)) return `It refuses writes: ${error.message.split(' ')[0]}.`;
      throw error;
    }
  }
}
