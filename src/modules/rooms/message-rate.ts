import { Injectable } from '@nestjs/common';
import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';

import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { TooManyMessages } from './rooms.errors.js';

export const MESSAGE_LIMIT = { messages: 60, seconds: 10 } as const;

/** How much of the limit is left. */
export interface RateState {
  remaining: number;
  resetSeconds: number;
}

/**
 * Limits a member of the organisation to 60 messages in 10 s: together over all instances, and in each instance alone
 * while Redis is away.
 */
@Injectable()
export class MessageRate {
  private readonly limiter: RateLimiterMemory | RateLimiterRedis;

  constructor(redis: Redis, config: Config) {
    const limit = { points: MESSAGE_LIMIT.messages, duration: MESSAGE_LIMIT.seconds };
    const alone = new RateLimiterMemory(limit);
    // The limiter counts with one script. `Redis.run` limits its duration, and gives up at once while Redis is away.
    const storeClient = {
      eval: (script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown> =>
        redis.run((client) => client.eval(script, options)),
    };
    this.limiter = redis.isConfigured
      ? new RateLimiterRedis({
          ...{ ...limit, storeClient, useRedisPackage: true, insuranceLimiter: alone },
          keyPrefix: `${config.redis.keyPrefix}:messages`,
        })
      : alone;
  }

  /** Throws `TooManyMessages`. */
  async count(orgId: string, userId: string): Promise<RateState> {
    try {
      return stateOf(await this.limiter.consume(`${orgId}:${userId}`));
    } catch (error) {
      if (error instanceof RateLimiterRes) throw new TooManyMessages(error.msBeforeNext / 1_000);
      throw error;
    }
  }
}

const stateOf = ({ remainingPoints, msBeforeNext }: RateLimiterRes): RateState => ({
  remaining: remainingPoints,
  resetSeconds: Math.ceil(msBeforeNext / 1_000),
});
