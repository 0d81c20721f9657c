import { Injectable } from '@nestjs/common';

import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';

const BUDGET_MS = 500;

/** Figures of the whole server, whichever services use it. */
export interface RedisFigures {
  memoryBytes: number;
  hits: number;
  misses: number;
  evictedKeys: number;
  keys: number;
}

/** Redis' own figures (`INFO`, `DBSIZE`). */
@Injectable()
export class RedisFiguresReader {
  constructor(private readonly redis: Redis) {}

  /**
   * Null if none is configured, or if this user may not ask. Rejects with `StoreUnavailable` if Redis does not answer.
   */
  async read(): Promise<RedisFigures | null> {
    if (!this.redis.isConfigured) return null;
    try {
      const [info, keys] = await this.redis.run(
        (client) => Promise.all([client.info(), client.dbSize()]),
        BUDGET_MS,
      );
      return {
        memoryBytes: memberOf(info, 'used_memory'),
        hits: memberOf(info, 'keyspace_hits'),
        misses: memberOf(info, 'keyspace_misses'),
        evictedKeys: memberOf(info, 'evicted_keys'),
        keys,
      };
    } catch (error) {
      if (isRedisRefusal(error)) return null;
      throw error;
    }
  }
}

const memberOf = (info: string, name: string): number =>
  Number(new RegExp(`^${name}:(\\d+)\\r?$`, 'm').exec(info)?.[1] ?? 0);
