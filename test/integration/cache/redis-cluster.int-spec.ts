import { afterAll, beforeAll, expect, it } from 'vitest';
import { createClient } from 'redis';

import { CacheKeyCount } from '../../../src/cache/cache-key-count.js';
import { ExplicitRedisStore } from '../../../src/cache/explicit-store.js';
import { CachedTexts } from '../../../src/cache/redis/cached-texts.js';
import { tags } from '../../../src/cache/tags.js';
import { forgetCache } from '../../../src/cli/reset/forget-cache.js';
import { Clock } from '../../../src/common/time/clock.js';
import { LiveCounters } from '../../../src/modules/analytics/live-counters.js';
import { SharedLoginFailures } from '../../../src/modules/auth/shared-login-failures.js';
import { RateLimitCounters } from '../../../src/modules/rate-limits/rate-limit-counters.js';
import { RateLimits } from '../../../src/modules/rate-limits/rate-limits.service.js';
import { ClientIds } from '../../../src/modules/rooms/client-ids.js';
import { RedisLimits } from '../../../src/ops/health/redis-limits.js';
import { RedisFiguresReader } from '../../../src/ops/metrics/redis-figures.js';
import { keySlot } from '../../../src/stores/redis/cluster/key-slot.js';
import { eventually } from '../../support/eventually.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import {
  type CacheInstance,
  configFor,
  freshPrefix,
  PATIENT,
  startInstance,
  textOf,
  VersionedRecord,
} from './cache-instance.js';
import { PrivateRedisCluster } from './private-redis-cluster.js';
import { trusted, warm } from './redis-pair.js';

const RECORDS = 30;
const FIRST = 0;
const REPLICA = 3;
/** From the moment at which the nodes say that all is well. */
const BACK_WITHIN_MS = 5_000;

let cluster: PrivateRedisCluster;
let prefix: string;
let one: CacheInstance;
let two: CacheInstance;

const slotKeyOf = ({ orgId }: VersionedRecord): string => `${prefix}:{${orgId}}:epoch`;
const ownerOf = (record: VersionedRecord): number => cluster.ownerOf(slotKeyOf(record));

/** A record of each master, and more of any. */
const someRecords = (): VersionedRecord[] => Array.from({ length: RECORDS }, () => new VersionedRecord());

/** A record whose organisation belongs to this master. */
function recordOf(master: number): VersionedRecord {
  const record = someRecords().find((candidate) => ownerOf(candidate) === master);
  return record ?? recordOf(master);
}

const limitsOf = ({ redis }: CacheInstance): RedisLimits =>
  new RedisLimits(redis, configFor(cluster.url, prefix));

/** The cache is used again, and health says so. */
async function back(): Promise<void> {
  for (const instance of [one, two]) {
    const answer = (): Promise<string | null> => limitsOf(instance).reason();
    await eventually(answer, (reason) => reason === null, BACK_WITHIN_MS);
  }
  await trusted(one, two);
}

const versionsNow = (): number[] => [one, two].map(({ redis }) => redis.version);

/** The instances answer with the record as it is, until they trust another slot map than that of `versions`. */
async function currentUntilTrusted(
  record: VersionedRecord,
  versions: readonly number[],
  instances = [one, two],
): Promise<void> {
  await eventually(
    async () => {
      for (const instance of instances)
        expect(textOf(await record.read(instance))).toBe(String(record.version));
      return instances.map(({ redis, shared }, at) => shared.isTrusted && redis.version !== versions[at]);
    },
    (all) => all.every(Boolean),
  );
}

const hits = (record: VersionedRecord, on: CacheInstance): Promise<unknown> =>
  eventually(
    () => record.read(on),
    ({ outcome }) => outcome === 'hit',
  );

describeWithPrivate('redis')('two instances on a Redis Cluster', () => {
  beforeAll(async () => {
    cluster = await PrivateRedisCluster.start('redis-cluster', 1);
    prefix = freshPrefix();
    const start = () => startInstance(cluster.url, prefix, new Clock(), PATIENT);
    [one, two] = await Promise.all([start(), start()]);
    await trusted(one, two);
  });

  afterAll(async () => {
    await Promise.all([one.close(), two.close()]);
    await cluster.stop();
  });

  it('share entries and invalidations of organisations on every master', async () => {
    const records = someRecords();
    expect(new Set(records.map(ownerOf))).toEqual(new Set([0, 1, 2]));
    await Promise.all(records.map((record) => warm(record, one, two)));
    expect(records.map(({ loads }) => loads)).toEqual(records.map(() => 1));
    expect(await Promise.all(records.map((record) => record.write(one)))).toEqual(records.map(() => true));
    expect(await Promise.all(records.map(async (record) => textOf(await record.read(two))))).toEqual(
      records.map(() => '2'),
    );
  });

  it('serve an entry that depends on tags of two masters, until one of them is replaced', async () => {
    const shared = tags.collection(recordOf(1).orgId, 'plans');
    const own = recordOf(2);
    const record = new VersionedRecord(own.orgId, { tags: [...own.request.tags, shared] });
    await warm(record, one, two);
    record.version = 2;
    expect(await one.cache.invalidate([shared])).toBe(true);
    expect(textOf(await record.read(two))).toBe('2');
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

  it('serve nothing old while one master is away, keep its invalidations, and hit again when it is back', async () => {
    const records = someRecords();
    await Promise.all(records.map((record) => warm(record, one, two)));
    const lost = records.filter((record) => ownerOf(record) === 1);
    await cluster.node(1).store.kill();
    const told = await Promise.all(records.map((record) => record.write(one)));
    expect(told.filter((isDone) => !isDone)).toHaveLength(lost.length);
    for (const instance of [one, two]) {
      const versions = await Promise.all(records.map(async (record) => textOf(await record.read(instance))));
      expect(new Set(versions)).toEqual(new Set(['2']));
    }
    expect(one.stats.snapshot().pending).toEqual({ tags: lost.length, organizations: 0, everything: false });
    expect(await limitsOf(one).reason()).toBe('1 of 3 masters of its cluster do not answer.');
    expect(one.redis.liveness.isUp).toBe(true);
    await cluster.node(1).store.restart();
    await cluster.complete();
    await back();
    expect(one.stats.snapshot().pending).toEqual({ tags: 0, organizations: 0, everything: false });
    for (const record of records) {
      expect(textOf(await record.read(two))).toBe('2');
      await hits(record, two);
    }
  });

  it('serve nothing old while a slot moves and afterwards', async () => {
    const record = recordOf(1);
    await warm(record, one, two);
    const [from, to] = [cluster.node(1), cluster.node(2)];
    const slot = String(keySlot(slotKeyOf(record)));
    const [fromId, toId] = [await from.id(), await to.id()];
    await to.tell('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
    await from.tell('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
    const keys = (await from.tell('CLUSTER', 'GETKEYSINSLOT', slot, '100')) as string[];
    expect(keys.length).toBeGreaterThan(2);
    await from.tell('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys);
    expect(await record.write(one)).toBe(false);
    expect(textOf(await record.read(two))).toBe('2');
    for (const node of [to, ...cluster.masters]) await node.tell('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
    for (let count = 0; count < 100; count += 1) expect(textOf(await record.read(two))).toBe('2');
    await back();
    await hits(record, one);
    await hits(record, two);
    expect(textOf(await record.read(two))).toBe('2');
  });

  it('serve no entry of a replica that was promoted without an invalidation', async () => {
    const record = recordOf(FIRST);
    await warm(record, one, two);
    const [master, replica] = [cluster.node(FIRST), cluster.node(REPLICA)];
    const generation = `${prefix}:{${record.orgId}}:g:${record.request.tags[0]}`;
    const old = await eventually(() => generationAt(replica.store.url, generation), Boolean);
    const versions = versionsNow();
    await replica.store.freeze();
    // Ends its connection, so that the invalidation does not wait there until the replica goes on.
    await master.tell('CLIENT', 'KILL', 'TYPE', 'replica');
    expect(await record.write(one)).toBe(true);
    await master.store.kill();
    replica.store.thaw();
    await replica.tell('CLUSTER', 'FAILOVER', 'TAKEOVER');
    await cluster.complete([cluster.node(1), cluster.node(2), replica]);
    // The promoted replica has the entry and the generation of before.
    expect(await generationAt(replica.store.url, generation)).toBe(old);
    await currentUntilTrusted(record, versions);
    await back();
    for (const instance of [one, two]) {
      expect(textOf(await record.read(instance))).toBe('2');
      await hits(record, instance);
      expect(textOf(await record.read(instance))).toBe('2');
    }
    await master.store.restart();
    await cluster.complete();
  });

  it('serve nothing of a frozen master that goes on after its replica was promoted', async () => {
    // The replica of before is the master now.
    const [old, next] = [cluster.node(REPLICA), cluster.node(FIRST)];
    await eventually(
      () => next.tell('INFO', 'replication'),
      (info) => String(info).includes('master_link_status:up'),
    );
    await back();
    const record = recordOf(FIRST);
    await warm(record, one, two);
    const versions = versionsNow();
    await old.store.freeze();
    await next.tell('CLUSTER', 'FAILOVER', 'TAKEOVER');
    // The second instance has nothing to do meanwhile, so no command shows it that its master does not answer.
    await currentUntilTrusted(record, versions, [one]);
    expect(await record.write(one)).toBe(true);
    expect(two.shared.isTrusted && two.redis.version === versions[1]).toBe(false);
    old.store.thaw();
    for (let count = 0; count < 300; count += 1) expect(textOf(await record.read(two))).toBe('2');
    await hits(record, two);
  });
});

/** How many entries of the record are in Redis. */
async function entriesOf({ orgId }: VersionedRecord): Promise<number> {
  const key = `${prefix}:{${orgId}}`;
  const { keys } = await one.redis
    .at(key)
    .run((client) => client.scan(0, { MATCH: `${key}:e:*`, COUNT: 100_000 }), PATIENT.readMs);
  return keys.length;
}

/** Also of a replica, which answers only on a connection that has asked for that. */
async function generationAt(url: string, key: string): Promise<string | null> {
  const client = await createClient({ url, readonly: true }).connect();
  try {
    return await client.get(key);
  } finally {
    await client.disconnect();
  }
}
