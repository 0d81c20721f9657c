import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';

import type { RateLimit } from '../../common/http/principal.js';
import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { RateLimitCounters } from './rate-limit-counters.js';

/** The state of a limit after a request was counted. */
export interface RateState extends RateLimit {
  isAdmitted: boolean;
  remaining: number;
  /** Until the window ends. */
  resetSeconds: number;
}

/** Each caller has its own limit, so the limiters only count. */
const COUNTING = { points: Number.MAX_SAFE_INTEGER, duration: 1 };

/**
 * Counts requests in fixed windows, which begin with their first request, over all instances in Redis. Every instance
 * remembers the last state of each count, so that it can continue alone from there while Redis is away.
 */
@Injectable()
export class RateLimits {
  /** Longer than the budget of a cache read, because the other instances do not see a count that Redis misses. */
  readonly budgetMs: number = 250;
  private readonly alone = new RateLimiterMemory(COUNTING);
  private readonly shared: RateLimiterRedis | null;

  constructor(
    redis: Redis,
    config: Config,
    private readonly counters: RateLimitCounters,
  ) {
    // The limiter counts with one script. `Redis.run` limits its duration, and gives up at once while Redis is away.
    const storeClient = {
      eval: (script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> =>
        redis.at(options.keys[0] ?? '').run((client) => client.eval(script, options), this.budgetMs),
    };
    const keyPrefix = `${config.redis.keyPrefix}:limits`;
    this.shared = redis.isConfigured
      ? new RateLimiterRedis({ ...COUNTING, storeClient, useRedisPackage: true, keyPrefix })
      : null;
  }

  /** Counts a request, even if it is not admitted. `cost`: how many requests it counts as. */
  async count(name: string, { limit, windowSeconds }: RateLimit, cost = 1): Promise<RateState> {
    const key = `${name}:${windowSeconds}`;
    const { consumedPoints, msBeforeNext } =
      (await this.countShared(key, windowSeconds, cost)) ??
      (await this.alone.consume(key, cost, { customDuration: windowSeconds }));
    const isAdmitted = consumedPoints <= limit;
    this.counters.counted(isAdmitted);
    return {
      ...{ limit, windowSeconds, isAdmitted },
      remaining: Math.max(0, limit - consumedPoints),
      resetSeconds: Math.max(0, Math.ceil(msBeforeNext / 1_000)),
    };
  }

  /** Null if Redis cannot count. */
  private async countShared(
    key: string,
    windowSeconds: number,
    cost: number,
  ): Promise<RateLimiterRes | null> {
    if (!this.shared) return null;
    try {
      const state = await this.shared.consume(key, cost, { customDuration: windowSeconds });
      await this.alone.set(key, state.consumedPoints, Math.max(1, state.msBeforeNext) / 1_000);
      return state;
    } catch (error) {
      if (!(error instanceof StoreUnavailable || isRedisRefusal(error))) throw error;
      this.counters.aloneOnce();
      return null;
    }
  }
}
