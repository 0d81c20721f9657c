import { beforeAll, expect, it } from 'vitest';
import { createClient } from 'redis';

import { tags } from '../../../src/cache/tags.js';
import { RedisLimits } from '../../../src/ops/health/redis-limits.js';
import { keySlot } from '../../../src/stores/redis/cluster/key-slot.js';
import { eventually } from '../../support/eventually.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { type CacheInstance, configFor, textOf, VersionedRecord } from './cache-instance.js';
import type { PrivateRedisCluster } from './private-redis-cluster.js';
import { type RedisClusterPair, someRecords, useRedisClusterPair } from './redis-cluster-pair.js';
import { trusted, warm } from './redis-pair.js';

const FIRST = 0;
const REPLICA = 3;
/** From the moment at which the nodes say that all is well. */
const BACK_WITHIN_MS = 5_000;

let cluster: PrivateRedisCluster;
let prefix: string;
let one: CacheInstance;
let two: CacheInstance;
let of: RedisClusterPair;

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
  const pair = useRedisClusterPair('redis-cluster', 1);
  beforeAll(() => {
    of = pair();
    ({ cluster, prefix, one, two } = of);
  });

  it('share entries and invalidations of organisations on every master', async () => {
    const records = someRecords();
    expect(new Set(records.map(of.ownerOf))).toEqual(new Set([0, 1, 2]));
    await Promise.all(records.map((record) => warm(record, one, two)));
    expect(records.map(({ loads }) => loads)).toEqual(records.map(() => 1));
    expect(await Promise.all(records.map((record) => record.write(one)))).toEqual(records.map(() => true));
    expect(await Promise.all(records.map(async (record) => textOf(await record.read(two))))).toEqual(
      records.map(() => '2'),
    );
  });

  it('serve an entry that depends on tags of two masters, until one of them is replaced', async () => {
    const shared = tags.collection(of.recordOf(1).orgId, 'plans');
    const own = of.recordOf(2);
    const record = new VersionedRecord(own.orgId, { tags: [...own.request.tags, shared] });
    await warm(record, one, two);
    record.version = 2;
    expect(await one.cache.invalidate([shared])).toBe(true);
    expect(textOf(await record.read(two))).toBe('2');
  });

  it('serve nothing old while one master is away, keep its invalidations, and hit again when it is back', async () => {
    const records = someRecords();
    await Promise.all(records.map((record) => warm(record, one, two)));
    const lost = records.filter((record) => of.ownerOf(record) === 1);
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
    const record = of.recordOf(1);
    await warm(record, one, two);
    const [from, to] = [cluster.node(1), cluster.node(2)];
    const slot = String(keySlot(of.slotKeyOf(record)));
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
    const record = of.recordOf(FIRST);
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
    const record = of.recordOf(FIRST);
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

/** Also of a replica, which answers only on a connection that has asked for that. */
async function generationAt(url: string, key: string): Promise<string | null> {
  const client = await createClient({ url, readonly: true }).connect();
  try {
    return await client.get(key);
  } finally {
    await client.disconnect();
  }
}
