import { CacheModule as NestCacheModule } from '@nestjs/cache-manager';
import { Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR, DiscoveryModule } from '@nestjs/core';
import { Keyv } from 'keyv';
import { LRUCache } from 'lru-cache';

import { Config } from '../config/config.js';
import { Postgres } from '../stores/postgres/postgres.js';
import { Redis } from '../stores/redis/redis.js';
import { CacheKeyCount } from './cache-key-count.js';
import { CacheStats } from './cache-stats.js';
import { ExplicitCache } from './explicit-cache.js';
import { ExplicitRedisStore } from './explicit-store.js';
import { CacheDeclarations } from './http/cache-declarations.js';
import { EarlyReads } from './http/early-reads.js';
import { HttpCacheInterceptor } from './http/http-cache.interceptor.js';
import { RoutePlans } from './http/route-plans.js';
import { InProcessTier } from './in-process-tier.js';
import { CachedTexts } from './redis/cached-texts.js';
import { RedisTier } from './redis/redis-tier.js';
import { RouteReplay } from './replay/route-replay.js';
import { SharedTier } from './shared-tier.js';
import { TagGenerations } from './tag-generations.js';
import { TaggedCache } from './tagged-cache.js';

const EXPLICIT_ENTRIES = 10_000;

function sharedTier(redis: Redis, config: Config, stats: CacheStats, postgres?: Postgres): SharedTier {
  if (!redis.isConfigured) return new InProcessTier();
  const { url, prepare } = config.postgres;
  // Without prepared statements there is a transaction-mode pooler, which does not pass notifications on.
  const database = postgres && prepare ? { postgres, url } : null;
  return new RedisTier(redis, config.redis.keyPrefix, stats, undefined, database);
}

/** The least recently used value gives way to a new one. Keyv passes the TTL as a number. */
function inProcessStore() {
  const values = new LRUCache<string, string | object>({ max: EXPLICIT_ENTRIES });
  return {
    get: (key: string) => values.get(key),
    set: (key: string, value: string | object, ttl?: number) =>
      values.set(key, value, ttl === undefined ? {} : { ttl }),
    delete: (key: string) => values.delete(key),
    clear: () => values.clear(),
  };
}

/** `CACHE_MANAGER`: for explicit keys, which expire by their TTL alone. */
const explicitStores = (redis: Redis, config: Config) => ({
  stores: redis.isConfigured
    ? new Keyv({ store: new ExplicitRedisStore(redis, config.redis.keyPrefix), useKeyPrefix: false })
    : new Keyv({ store: inProcessStore() }),
});

/** The cached reads of every module, the interceptor that makes them, and Nest's `CACHE_MANAGER`. */
@Global()
@Module({
  imports: [
    DiscoveryModule,
    NestCacheModule.registerAsync({ isGlobal: true, inject: [Redis, Config], useFactory: explicitStores }),
  ],
  providers: [
    CacheStats,
    {
      provide: SharedTier,
      inject: [Redis, Config, CacheStats, { token: Postgres, optional: true }],
      useFactory: sharedTier,
    },
    CachedTexts,
    TagGenerations,
    TaggedCache,
    RoutePlans,
    CacheDeclarations,
    CacheKeyCount,
    EarlyReads,
    ExplicitCache,
    RouteReplay,
    { provide: APP_INTERCEPTOR, useClass: HttpCacheInterceptor },
  ],
  exports: [
    CachedTexts,
    TaggedCache,
    TagGenerations,
    CacheStats,
    CacheDeclarations,
    CacheKeyCount,
    EarlyReads,
    ExplicitCache,
    RouteReplay,
  ],
})
export class CacheModule {}
