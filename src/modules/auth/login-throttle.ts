import { Injectable } from '@nestjs/common';

import { sha256Hex } from '../../common/crypto/tokens.js';
import { Clock } from '../../common/time/clock.js';
import { Config } from '../../config/config.js';
import { Redis } from '../../stores/redis/redis.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { TooManyAttempts } from './auth.errors.js';

/** Failures that cost nothing, per account and per address; each further one doubles the wait. */
const FREE = { account: 5, address: 50 } as const;
const MAX_WAIT_MS = 15 * 60_000;
const MEMORY_LIMIT = 10_000;

interface Failures {
  count: number;
  lastAtMs: number;
}

const waitMs = (count: number, free: number): number =>
  count < free ? 0 : Math.min(MAX_WAIT_MS, 1_000 * 2 ** Math.min(count - free, 20));

/**
 * A growing delay after failed logins, per account and per address. Counted in Redis, so that all instances
 * count together; while Redis is away each instance counts for itself.
 */
@Injectable()
export class LoginThrottle {
  private readonly local = new Map<string, Failures>();
  private readonly prefix: string;

  constructor(
    config: Config,
    private readonly redis: Redis,
    private readonly clock: Clock,
  ) {
    this.prefix = `${config.redis.keyPrefix}:login`;
  }

  /** Counts the attempt before the password is looked at, so that a burst cannot slip through. Throws `TooManyAttempts`. */
  async begin(account: string, address: string): Promise<void> {
    for (const [key, free] of this.countersOf(account, address)) {
      const before = await this.count(key);
      const leftMs = before.lastAtMs + waitMs(before.count, free) - this.clock.now().getTime();
      if (before.count < free || leftMs <= 0) continue;
      await this.uncount(key);
      throw new TooManyAttempts(leftMs / 1_000);
    }
  }

  /** A right password clears the account's failures, and takes its own attempt off the address's. */
  async succeeded(account: string, address: string): Promise<void> {
    const [[accountKey], [addressKey]] = this.countersOf(account, address);
    this.local.delete(accountKey);
    await this.tolerating(() => this.redis.run((client) => client.del(accountKey)));
    await this.uncount(addressKey);
  }

  private countersOf(account: string, address: string): [[string, number], [string, number]] {
    return [
      [`${this.prefix}:account:${sha256Hex(account.toLowerCase()).slice(0, 32)}`, FREE.account],
      [`${this.prefix}:address:${address}`, FREE.address],
    ];
  }

  /** What was counted before this attempt: the larger of both counts, so that a lost Redis makes nobody forget. */
  private async count(key: string): Promise<Failures> {
    const now = this.clock.now().getTime();
    const local = this.local.get(key) ?? { count: 0, lastAtMs: now };
    this.remember(key, { count: local.count + 1, lastAtMs: now });
    const replies = await this.tolerating(() =>
      this.redis.run((client) =>
        client
          .multi()
          .hIncrBy(key, 'count', 1)
          .hGet(key, 'lastAtMs')
          .hSet(key, 'lastAtMs', now)
          .pExpire(key, MAX_WAIT_MS * 2)
          .exec(),
      ),
    );
    const shared = Number(replies?.[0] ?? 1) - 1;
    return shared > local.count ? { count: shared, lastAtMs: Number(replies?.[1] ?? now) } : local;
  }

  private async uncount(key: string): Promise<void> {
    const local = this.local.get(key);
    if (local) this.remember(key, { ...local, count: Math.max(0, local.count - 1) });
    await this.tolerating(() => this.redis.run((client) => client.hIncrBy(key, 'count', -1)));
  }

  private remember(key: string, failures: Failures): void {
    this.local.delete(key);
    this.local.set(key, failures);
    const oldest = this.local.keys().next().value;
    if (this.local.size > MEMORY_LIMIT && oldest !== undefined) this.local.delete(oldest);
  }

  private async tolerating<T>(command: () => Promise<T>): Promise<T | null> {
    try {
      return await command();
    } catch (error) {
      if (error instanceof StoreUnavailable) return null;
      throw error;
    }
  }
}
