import { Injectable } from '@nestjs/common';

import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { type CountedAttempt, FORGET_AFTER_MS, WAITS_MS } from './login-failures.js';

type Command = Parameters<typeof Redis.prototype.run<unknown>>[0];

/** One step, so that of a burst only one passes once a wait is over. The waits follow from ARGV[4] on. */
const ATTEMPT = `
local now, free, known = tonumber(ARGV[1]), tonumber(ARGV[2]), redis.call('HMGET', KEYS[1], 'count', 'lastAtMs')
local count, last = tonumber(known[1] or 0), tonumber(known[2] or now)
if count >= free and last + tonumber(ARGV[math.min(4 + count - free, #ARGV)]) > now then return {count, last, 0} end
redis.call('HSET', KEYS[1], 'count', count + 1, 'lastAtMs', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return {count, last, 1}`;

const TAKE_BACK = `
local known = redis.call('HMGET', KEYS[1], 'count', 'lastAtMs')
local count = tonumber(known[1] or 0)
if count <= 1 then return redis.call('DEL', KEYS[1]) end
return redis.call('HSET', KEYS[1], 'count', count - 1, 'lastAtMs', known[2] == ARGV[1] and ARGV[2] or known[2])`;

/** The failures that all instances have seen. Where Redis is absent, or refuses, nothing is known and nothing counted. */
@Injectable()
export class SharedLoginFailures {
  constructor(private readonly redis: Redis) {}

  /** Counts the attempt, unless it has to wait. Null: Redis cannot say. */
  async attempt(key: string, free: number, nowMs: number): Promise<CountedAttempt | null> {
    const reply = await this.run(ATTEMPT, key, [nowMs, free, FORGET_AFTER_MS, ...WAITS_MS]);
    if (!Array.isArray(reply)) return null;
    const [count = 0, lastAtMs = nowMs, isCounted] = reply.map(Number);
    return { before: { count, lastAtMs }, isCounted: isCounted === 1 };
  }

  /** As if the attempt of `atMs` had not been; a later one stands. */
  async takeBack(key: string, { before }: CountedAttempt, atMs: number): Promise<void> {
    await this.run(TAKE_BACK, key, [atMs, before.lastAtMs]);
  }

  async forget(key: string): Promise<void> {
    await this.tolerating((client) => client.del(key));
  }

  private run(script: string, key: string, values: readonly number[]): Promise<unknown> {
    return this.tolerating((client) => client.eval(script, { keys: [key], arguments: values.map(String) }));
  }

  private async tolerating(command: Command): Promise<unknown> {
    try {
      return await this.redis.run(command);
    } catch (error) {
      if (error instanceof StoreUnavailable || isRedisRefusal(error)) return null;
      throw error;
    }
  }
}
