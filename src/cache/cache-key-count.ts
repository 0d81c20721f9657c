import { Injectable } from '@nestjs/common';

import { Config } from '../config/config.js';
import { Redis } from '../stores/redis/redis.js';
import { scanned } from '../stores/redis/scanned.js';
import { StoreUnavailable } from '../stores/store-unavailable.js';

const SCAN_COUNT = 1_000;
const BUDGET_MS = 500;

/** Counts the keys that an organisation has in Redis. */
@Injectable()
export class CacheKeyCount {
  constructor(
    private readonly redis: Redis,
    private readonly config: Config,
  ) {}

  /** 0 without a Redis, or if Redis does not answer. Walks the names of all keys, whose number is bounded. */
  async of(orgId: string): Promise<number> {
    if (!this.redis.isConfigured) return 0;
    const options = { MATCH: `${this.config.redis.keyPrefix}:*${orgId}*`, COUNT: SCAN_COUNT };
    const keys = new Set<string>();
    try {
      for (const node of this.redis.nodes) {
        for await (const page of scanned(node, options, BUDGET_MS)) for (const key of page) keys.add(key);
      }
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    return keys.size;
  }
}
