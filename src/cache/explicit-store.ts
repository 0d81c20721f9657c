import { Logger } from '@nestjs/common';
import { KeyvAdapter } from 'cache-manager';
import { redisInsStore } from 'cache-manager-redis-yet';
import type { KeyvStoreAdapter, StoredData } from 'keyv';

import type { RedisClient } from '../stores/redis/redis-client.js';
import type { Redis } from '../stores/redis/redis.js';
import { StoreUnavailable } from '../stores/store-unavailable.js';

/**
 * The store of Nest's `CACHE_MANAGER` on our Redis client. A failed read is a miss and a failed write has no effect.
 * Each call has the budget of `Redis.run`. `clear()` is refused, because it would be FLUSHDB.
 */
export class ExplicitRedisStore implements KeyvStoreAdapter {
  private readonly logger = new Logger('Cache');
  private readonly adapters = new WeakMap<RedisClient, KeyvAdapter>();
  readonly opts = {};
  namespace?: string;

  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  get<T>(key: string): Promise<StoredData<T> | undefined> {
    return this.ask<StoredData<T> | undefined>(key, (adapter, name) => adapter.get<T>(name), undefined);
  }

  set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    return this.ask(key, (adapter, name) => adapter.set(name, value, ttl), false);
  }

  delete(key: string): Promise<boolean> {
    return this.ask(key, (adapter, name) => adapter.delete(name), false);
  }

  getMany<T>(keys: string[]): Promise<StoredData<T | undefined>[]> {
    return Promise.all(keys.map((key) => this.get<T>(key)));
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    return (await Promise.all(keys.map((key) => this.delete(key)))).every(Boolean);
  }

  clear(): Promise<void> {
    return Promise.reject(new Error('clear() would delete everything that Redis holds, of everybody'));
  }

  /** Faults are logged here, so there are no events to listen to. */
  on(): this {
    return this;
  }

  private async ask<T>(
    key: string,
    command: (adapter: KeyvAdapter, name: string) => Promise<T>,
    otherwise: T,
  ): Promise<T> {
    const name = `${this.prefix}:x:${key}`;
    try {
      return await this.redis.at(name).run((client) => command(this.adapterOf(client), name));
    } catch (error) {
      if (error instanceof StoreUnavailable) this.logger.debug(error.message);
      else this.logger.warn(error);
      return otherwise;
    }
  }

  private adapterOf(client: RedisClient): KeyvAdapter {
    let adapter = this.adapters.get(client);
    if (!adapter) {
      adapter = new KeyvAdapter(redisInsStore(client as never) as never);
      this.adapters.set(client, adapter);
    }
    return adapter;
  }
}
