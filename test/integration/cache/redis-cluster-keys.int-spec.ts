import { beforeAll, expect, it } from 'vitest';

import { CacheKeyCount } from '../../../src/cache/cache-key-count.js';
import { ExplicitRedisStore } from '../../../src/cache/explicit-store.js';
import { CachedTexts } from '../../../src/cache/redis/cached-texts.js';
import { forgetCache } from '../../../src/cli/reset/forget-cache.js';
import { LiveCounters } from '../../../src/modules/analytics/live-counters.js';
import { SharedLoginFailures } from '../../../src/modules/auth/shared-login-failures.js';
import { RateLimitCounters } from '../../../src/modules/rate-limits/rate-limit-counters.js';
import { RateLimits } from '../../../src/modules/rate-limits/rate-limits.service.js';
import { ClientIds } from '../../../src/modules/rooms/client-ids.js';
import { RedisFiguresReader } from '../../../src/ops/metrics/redis-figures.js';
import { eventually } from '../../support/eventually.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { type CacheInstance, configFor, PATIENT, type VersionedRecord } from './cache-instance.js';
import type { PrivateRedisCluster } from './private-redis-cluster.js';
import { someRecords, useRedisClusterPair } from './redis-cluster-pair.js';
import { warm } from './redis-pair.js';

describeWithPrivate('redis')('what else two instances keep in a Redis Cluster', () => {
  const pair = useRedisClusterPair('redis-cluster-keys');
  let cluster: PrivateRedisCluster;
  let prefix: string;
  let one: CacheInstance;
  let two: CacheInstance;
  let recordOf: (master: number) => VersionedRecord;
  beforeAll(() => {
    ({ cluster, prefix, one, two, recordOf } = pair());
  });

  it('search, count, measure and delete keys on every master', async () => {
    const config = configFor(cluster.url, prefix);
    const records = [0, 1, 2].map(recordOf);
    for (const record of records) {
      await warm(record, one, two);
      expect(await new CacheKeyCount(one.redis, config).of(record.orgId)).toBeGreaterThan(2);
    }
    const figures = await new RedisFiguresReader(one.redis).read();
    const sizes = await Promise.all(cluster.masters.map((node) => node.tell('DBSIZE')));
    expect(Math.min(...sizes.map(Number))).toBeGreaterThan(0);
    expect(figures?.keys).toBe(sizes.reduce<number>((sum, size) => sum + Number(size), 0));
    const texts = new CachedTexts(one.redis, config);
    const stored = await Promise.all(records.map((record) => entriesOf(record)));
    expect(stored).toEqual([1, 1, 1]);
    texts.forget(records.map(({ orgId }) => orgId));
    await eventually(
      () => Promise.all(records.map((record) => entriesOf(record))),
      (left) => left.every((count) => count === 0),
    );
    texts.onApplicationShutdown();
    const before = await new RedisFiguresReader(one.redis).read();
    expect(await forgetCache(one.redis, prefix)).toBe(before?.keys);
    expect((await new RedisFiguresReader(one.redis).read())?.keys).toBe(0);
  });

  it('share counts of requests, failed logins, ids and events, whose keys have any slot', async () => {
    const config = configFor(cluster.url, prefix);
    const counters = new RateLimitCounters();
    const limits = [one, two].map(({ redis }) => new RateLimits(redis, config, counters));
    const failures = [one, two].map(({ redis }) => new SharedLoginFailures(redis));
    const clientIds = [one, two].map(({ redis }) => new ClientIds(redis, config));
    const live = [one, two].map(({ redis }) => new LiveCounters(redis, config));
    const nowMs = Date.now();
    for (const name of someRecords().map(({ orgId }) => orgId)) {
      const counted = [];
      for (const each of limits) counted.push(await each.count(name, { limit: 1, windowSeconds: 60 }));
      expect(counted.map(({ isAdmitted }) => isAdmitted)).toEqual([true, false]);
      const policy = { free: 1, decayMs: 60_000, forgivenBySuccess: Infinity };
      await failures[0]?.failed(`${prefix}:${name}`, policy, nowMs);
      expect(await failures[1]?.waitMs(`${prefix}:${name}`, policy, nowMs)).toBe(1_000);
      const ids = [];
      for (const each of clientIds) ids.push((await each.reserve(name, 'member', 'message')).id);
      expect(new Set(ids).size).toBe(1);
      const minute = { counts: new Map([['opened', 2]]), persons: new Set(['a', 'b', 'c']) };
      await live[0]?.fill(name, new Map([[1, minute]]));
      expect(await live[1]?.read(name, [0, 1])).toEqual({
        minutes: [new Map(), new Map([['opened', 2]])],
        users: 3,
      });
    }
    expect(counters.alone).toBe(0);
  });

  it('keep values under explicit keys', async () => {
    const [own, others] = [one, two].map(({ redis }) => new ExplicitRedisStore(redis, prefix));
    for (const { orgId } of someRecords()) {
      expect(await own?.set(`${orgId}:name`, { value: orgId }, 60_000)).toBe(true);
      expect(await others?.get(`${orgId}:name`)).toEqual({ value: orgId });
    }
  });

  it('hear what is published at any node', async () => {
    const heard: string[] = [];
    const subscription = two.redis.subscription(`${prefix}:live`);
    await subscription?.open((message) => heard.push(message));
    for (const [index, node] of one.redis.nodes.entries())
      await eventually(async () => {
        await node.run((client) => client.publish(`${prefix}:live`, String(index)));
        return new Set(heard).has(String(index));
      }, Boolean);
    await subscription?.close();
    expect(new Set(heard)).toEqual(new Set(['0', '1', '2']));
  });

  /** How many entries of the record are in Redis. */
  async function entriesOf({ orgId }: VersionedRecord): Promise<number> {
    const key = `${prefix}:{${orgId}}`;
    const { keys } = await one.redis
      .at(key)
      .run((client) => client.scan(0, { MATCH: `${key}:e:*`, COUNT: 100_000 }), PATIENT.readMs);
    return keys.length;
  }
});
