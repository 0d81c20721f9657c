import { CACHE_MANAGER } from '@nestjs/cache-manager';
import { Inject, Injectable } from '@nestjs/common';
import type { Cache } from 'cache-manager';

import {
  dependenciesOf,
  type ExplicitRequest,
  isValid,
  type Kept,
  keyOf,
} from '../../../cache/explicit-cache.js';
import { RedisGenerations } from '../../../cache/redis/redis-generations.js';
import { RedisKeys } from '../../../cache/redis/redis-keys.js';
import { Config } from '../../../config/config.js';
import { Redis } from '../../../stores/redis/redis.js';
import { scanned } from '../../../stores/redis/scanned.js';
import { patient } from './patient.js';
import { persistently } from '../persistently.js';

const SCAN_COUNT = 500;
const BUDGET_MS = 2_000;
const NAME = /^([0-9a-f-]{36}):(.*)$/s;

type ExplicitName = Pick<ExplicitRequest, 'orgId' | 'name'>;

/** The values that `ExplicitCache` keeps in Redis. */
@Injectable()
export class ExplicitEntries {
  private readonly generations: RedisGenerations;
  private readonly prefix: string;

  constructor(
    private readonly redis: Redis,
    @Inject(CACHE_MANAGER) private readonly cache: Cache,
    config: Config,
  ) {
    this.generations = new RedisGenerations(redis, new RedisKeys(config.redis.keyPrefix));
    this.prefix = `${config.redis.keyPrefix}:x:`;
  }

  /** Page by page, in no order. A page may be empty. Without a Redis, instances share no values. */
  async *pages(): AsyncGenerator<ExplicitName[]> {
    if (!this.redis.isConfigured) return;
    const options = { MATCH: `${this.prefix}*`, COUNT: SCAN_COUNT };
    for (const node of this.redis.nodes) {
      for await (const keys of scanned(patient(node), options, BUDGET_MS)) {
        const names = [...new Set(keys)].map((key) => NAME.exec(key.slice(this.prefix.length)));
        yield names.filter((match) => match !== null).map(([, orgId = '', name = '']) => ({ orgId, name }));
      }
    }
  }

  /** The value that a read would be answered with now. Null: there is none. */
  async find(request: Omit<ExplicitRequest, 'ttlMs'>): Promise<Kept | null> {
    const kept = await this.cache.get<Kept>(keyOf(request));
    const tags = dependenciesOf(request);
    const generations = await persistently(() => this.generations.read(tags, BUDGET_MS));
    const run = await persistently(() => this.generations.run());
    return kept && isValid(kept, { run, generations }) ? kept : null;
  }

  /** `key`: as `keyOf` makes it. */
  async remove(key: string): Promise<void> {
    const redisKey = `${this.prefix}${key}`;
    await persistently(() => this.redis.at(redisKey).run((client) => client.unlink(redisKey), BUDGET_MS));
  }
}
