import { Injectable } from '@nestjs/common';

import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';

const BUDGET_MS = 500;

/** Figures of the whole server, or of all masters of a cluster, whichever services use it. */
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
   * Null if none is configured, or if this user may not ask. Rejects with `StoreUnavailable` if Redis, or a master of
   * its cluster, does not answer.
   */
  async read(): Promise<RedisFigures | null> {
    if (!this.redis.isConfigured) return null;
    try {
      const answers = await Promise.all(
        this.redis.nodes.map((node) =>
          node.run((client) => Promise.all([client.info(), client.dbSize()]), BUDGET_MS),
        ),
      );
      const sum = (name: string): number =>
        answers.reduce((total, [info]) => total + memberOf(info, name), 0);
      return {
        memoryBytes: sum('used_memory'),
        hits: sum('keyspace_hits'),
        misses: sum('keyspace_misses'),
        evictedKeys: sum('evicted_keys'),
        keys: answers.reduce((total, [, keys]) => total + keys, 0),
      };
    } catch (error) {
      if (isRedisRefusal(error)) return null;
      throw error;
    }
  }
}

const memberOf = (info: string, name: string): number =>
  Number(new RegExp(`^${name}:(\\d+)\\r?$`, 'm').exec(info)?.[1] ?? 0);
