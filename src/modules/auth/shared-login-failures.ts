import { Injectable } from '@nestjs/common';

import { Redis } from '../../stores/redis/redis.js';
import { isRedisRefusal } from '../../stores/redis/redis-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { type FailurePolicy, leftMs, NO_FAILURES, WAITS_MS } from './login-failures.js';

type Command = Parameters<typeof Redis.prototype.run<unknown>>[0];

/**
 * `leftMs` and `afterFailure` in one step, so that of a burst only one attempt is counted once a wait is over. ARGV:
 * now, free, decayMs, time to live, then the waits.
 */
const FAILED = `
local now, free, decay = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local known = redis.call('HMGET', KEYS[1], 'level', 'lastAtMs')
local level, last = tonumber(known[1] or 0), tonumber(known[2] or now)
local excess = math.ceil(level) - free
if excess >= 0 then
  local left = last + tonumber(ARGV[math.min(5 + excess, #ARGV)]) - now
  if left > 0 then return left end
end
level = math.max(0, level - math.max(0, now - last) / decay) + 1
redis.call('HSET', KEYS[1], 'level', tostring(level), 'lastAtMs', ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0`;

/** `afterSuccess`. The time to live does not change. */
const SUCCEEDED = `
local level = tonumber(redis.call('HGET', KEYS[1], 'level') or 0) - tonumber(ARGV[1])
if level <= 0 then return redis.call('DEL', KEYS[1]) end
return redis.call('HSET', KEYS[1], 'level', tostring(level))`;

/**
 * The failures that all instances have seen. While Redis is absent or refuses, nothing is known and nothing is
 * counted.
 */
@Injectable()
export class SharedLoginFailures {
  constructor(private readonly redis: Redis) {}

  /** Milliseconds to wait. 0 or less: no wait, or Redis does not know. */
  async waitMs(key: string, policy: FailurePolicy, nowMs: number): Promise<number> {
    const reply = await this.tolerating(key, (client) => client.hmGet(key, ['level', 'lastAtMs']));
    if (!Array.isArray(reply)) return 0;
    const [level, lastAtMs] = reply.map(Number);
    return leftMs(level && lastAtMs ? { level, lastAtMs } : NO_FAILURES, policy, nowMs);
  }

  /** Counts a failure, unless the key has to wait. Then it is not counted, and the wait is returned. */
  async failed(key: string, { free, decayMs }: FailurePolicy, nowMs: number): Promise<number> {
    // By then the whole count has decayed, whatever it was.
    const ttlMs = (free + WAITS_MS.length + 1) * decayMs;
    return Number((await this.run(FAILED, key, [nowMs, free, decayMs, ttlMs, ...WAITS_MS])) ?? 0);
  }

  async succeeded(key: string, { forgivenBySuccess }: FailurePolicy): Promise<void> {
    if (Number.isFinite(forgivenBySuccess)) await this.run(SUCCEEDED, key, [forgivenBySuccess]);
    else await this.tolerating(key, (client) => client.del(key));
  }

  private run(script: string, key: string, values: readonly number[]): Promise<unknown> {
    const options = { keys: [key], arguments: values.map(String) };
    return this.tolerating(key, (client) => client.eval(script, options));
  }

  private async tolerating(key: string, command: Command): Promise<unknown> {
    try {
      return await this.redis.at(key).run(command);
    } catch (error) {
      if (error instanceof StoreUnavailable || isRedisRefusal(error)) return null;
      throw error;
    }
  }
}
