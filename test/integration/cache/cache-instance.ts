import { randomBytes } from 'node:crypto';

import { Logger } from '@nestjs/common';

import type { CacheValue } from '../../../src/cache/cache-entry.js';
import type { CacheRead, CacheRequest } from '../../../src/cache/cache-request.js';
import { CacheStats } from '../../../src/cache/cache-stats.js';
import { InProcessTier } from '../../../src/cache/in-process-tier.js';
import { type RedisBudget, RedisTier } from '../../../src/cache/redis/redis-tier.js';
import type { SharedTier } from '../../../src/cache/shared-tier.js';
import { TaggedCache } from '../../../src/cache/tagged-cache.js';
import { tags } from '../../../src/cache/tags.js';
import { Clock } from '../../../src/common/time/clock.js';
import type { Config } from '../../../src/config/config.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import type { Postgres } from '../../../src/stores/postgres/postgres.js';
import { Redis } from '../../../src/stores/redis/redis.js';

// What is lost and found is asserted; the tests need no account of it.
Logger.overrideLogger(false);

/** A clock that stands still until it is told otherwise. */
export class SetClock extends Clock {
  private at = Date.parse('2026-01-01T00:00:00Z');

  override now(): Date {
    return new Date(this.at);
  }

  advance(ms: number): void {
    this.at += ms;
  }
}

/** One process's cache, as the module builds it. */
export interface CacheInstance {
  cache: TaggedCache;
  stats: CacheStats;
  redis: Redis;
  shared: SharedTier;
  close: () => Promise<void>;
}

export const freshPrefix = (): string => `test_${randomBytes(6).toString('hex')}`;

/** The Redis that the test run has started. */
export function sharedRedisUrl(): string {
  const url = process.env['REDIS_URL'];
  if (!url) throw new Error('Run the tests with `npm test`, which starts the stores.');
  return url;
}

export const configFor = (redisUrl: string | null, prefix: string): Config =>
  parseConfig({
    NODE_ENV: 'test',
    LOG_LEVEL: 'silent',
    DATABASE_URL: 'postgres://localhost/unused',
    MONGODB_URI: 'mongodb://localhost/unused',
    REDIS_KEY_PREFIX: prefix,
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  });

/** For what is not about time: a busy machine must not turn a hit into a miss. */
export const PATIENT: RedisBudget = { readMs: 2_000, writeMs: 2_000 };

/** What a test itself wants of Redis, on a busy machine too. */
export const patiently = <T>(
  { redis }: CacheInstance,
  command: Parameters<typeof redis.run<T>>[0],
): Promise<T> => redis.run(command, PATIENT.writeMs);

/** `redisUrl` null: without a Redis, generations in the process. */
export async function startInstance(
  redisUrl: string | null,
  prefix: string,
  clock: Clock = new Clock(),
  budget?: RedisBudget,
  postgres?: { postgres: Postgres; url: string },
): Promise<CacheInstance> {
  const redis = new Redis(configFor(redisUrl, prefix));
  const stats = new CacheStats();
  const shared =
    redisUrl === null ? new InProcessTier() : new RedisTier(redis, prefix, stats, budget, postgres ?? null);
  const cache = new TaggedCache(shared, stats, clock);
  await redis.onModuleInit();
  await cache.onApplicationBootstrap();
  const close = async (): Promise<void> => {
    await cache.onApplicationShutdown();
    await redis.onApplicationShutdown();
  };
  return { cache, stats, redis, shared, close };
}

/** A store with one record, whose writes are invalidated as a service does: after the commit, before the answer. */
export class VersionedRecord {
  version = 1;
  loads = 0;
  /** Set: every load fails with it. */
  fault: Error | null = null;
  /** Set: a load waits for it after it has read. */
  gate: Promise<void> | null = null;
  readonly request: CacheRequest;

  constructor(
    readonly orgId = `org-${randomBytes(4).toString('hex')}`,
    overrides: Partial<CacheRequest> = {},
  ) {
    this.request = {
      orgId,
      key: 'u:alice\nrecord 1',
      tags: [tags.entity(orgId, 'things', '1')],
      missTags: [tags.collection(orgId, 'things')],
      ttlMs: 60_000,
      ...overrides,
    };
  }

  read(on: CacheInstance): Promise<CacheRead> {
    return on.cache.read(this.request, () => this.load());
  }

  async write(on: CacheInstance): Promise<boolean> {
    this.version += 1;
    return on.cache.invalidate(this.request.tags);
  }

  private async load(): Promise<CacheValue> {
    this.loads += 1;
    if (this.fault) throw this.fault;
    const value = valueOf(String(this.version));
    await this.gate;
    return value;
  }
}

export const valueOf = (text: string, overrides: Partial<CacheValue> = {}): CacheValue => ({
  body: Buffer.from(text),
  status: 200,
  headers: {},
  etag: `"${text}"`,
  source: 'postgres',
  ...overrides,
});

export const textOf = (read: CacheRead): string => read.value.body.toString();

export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
