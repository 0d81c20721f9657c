import { beforeEach, expect, it } from 'vitest';

import { commandOptions, createClient } from 'redis';

import { tags } from '../../../src/cache/tags.js';
import { eventually } from '../../support/eventually.js';
import type { PrivateStore } from '../../support/private-store.js';
import { describeWithPrivate } from '../../support/store-programs.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import {
  type CacheInstance,
  type SetClock,
  startInstance,
  textOf,
  VersionedRecord,
  patiently,
} from './cache-instance.js';
import { answering, found, lost, trusted, useRedisPair, warm } from './redis-pair.js';
import { timeLimit } from '../../support/time-limit.js';

const describeWithRedis = describeWithPrivate('redis');
const pair = useRedisPair('cache-faults');

let server: PrivateStore;
let prefix: string;
let clock: SetClock;
let one: CacheInstance;
let two: CacheInstance;

beforeEach(() => {
  ({ server, prefix, clock, one, two } = pair());
});

const configure = (on: CacheInstance, settings: Record<string, string>) =>
  patiently(on, (client) => client.configSet(settings));

describeWithRedis.each(['killed', 'frozen'] as const)('with Redis %s', (fault) => {
  const strike = () => (fault === 'killed' ? server.kill() : server.freeze());
  const heal = () => (fault === 'killed' ? server.restart() : Promise.resolve(server.thaw()));

  it('every read is answered from the store, none from memory, within the budget', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await strike();
    try {
      record.version = 2;
      const took: number[] = [];
      for (let count = 0; count < 200; count++) {
        const startedAt = performance.now();
        const read = await record.read(one);
        took.push(performance.now() - startedAt);
        expect(textOf(read)).toBe('2');
        expect(read.outcome).toBe('bypass');
      }
      took.sort((a, b) => a - b);
      expect(took.at(-1)).toBeLessThan(timeLimit(1_000));
      expect(took[100]).toBeLessThan(timeLimit(1));
    } finally {
      await heal();
    }
    await trusted(one);
    await record.write(two);
    expect(textOf(await record.read(one))).toBe('3');
  });

  it('an invalidation is kept, answers at once, and is applied before Redis is believed again', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await strike();
    try {
      expect(await record.write(one)).toBe(false);
      expect(textOf(await record.read(one))).toBe('2');
      expect(one.stats.snapshot()).toMatchObject({
        isTrusted: false,
        invalidationsFailed: 1,
        pending: { tags: 1 },
      });
      await lost(one);
      const took: number[] = [];
      for (let count = 0; count < 21; count++) {
        const startedAt = performance.now();
        expect(await one.cache.invalidate([tags.collection(record.orgId, 'things')])).toBe(false);
        took.push(performance.now() - startedAt);
      }
      took.sort((a, b) => a - b);
      expect(took[10]).toBeLessThan(timeLimit(20));
    } finally {
      await heal();
    }
    await trusted(one, two);
    expect(one.stats.snapshot().pending).toEqual({ tags: 0, organizations: 0, everything: false });
    expect(textOf(await record.read(one))).toBe('2');
    expect(textOf(await record.read(two))).toBe('2');
  });
});

describeWithRedis('when Redis comes back', () => {
  it('no read believes it between its first answer and the last invalidation owed', async () => {
    const records = Array.from({ length: 300 }, () => new VersionedRecord());
    await Promise.all(records.map((record) => record.read(one)));
    await server.freeze();
    await Promise.all(records.map((record) => record.write(one)));
    server.thaw();
    const until = performance.now() + 5_000;
    do {
      const versions = await Promise.all(records.map(async (record) => textOf(await record.read(one))));
      expect(new Set(versions)).toEqual(new Set(['2']));
      await new Promise(setImmediate);
    } while (!one.shared.isTrusted && performance.now() < until);
    expect(one.shared.isTrusted).toBe(true);
    const versions = await Promise.all(records.map(async (record) => textOf(await record.read(two))));
    expect(new Set(versions)).toEqual(new Set(['2']));
  });

  it('more invalidations than it keeps one by one become epochs, then everything: none is forgotten', async () => {
    const records = Array.from({ length: 1_500 }, () => new VersionedRecord());
    for (let from = 0; from < records.length; from += 100) {
      await Promise.all(records.slice(from, from + 100).map((record) => record.read(one)));
    }
    await server.freeze();
    await lost(one);
    await Promise.all(records.map((record) => record.write(one)));
    expect(one.stats.snapshot().pending).toMatchObject({ everything: true });
    server.thaw();
    await trusted(one, two);
    for (let from = 0; from < records.length; from += 100) {
      const reads = await Promise.all(records.slice(from, from + 100).map((record) => record.read(two)));
      expect(new Set(reads.map(textOf))).toEqual(new Set(['2']));
    }
  });

  it('restarted empty, nothing from before is served and reads are kept again', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await server.kill();
    record.version = 2;
    await server.restart();
    expect(textOf(await record.read(one))).toBe('2');
    expect(textOf(await record.read(two))).toBe('2');
    await found(one, two);
    await record.read(one);
    await eventually(
      () => record.read(one),
      ({ outcome }) => outcome === 'hit',
    );
  });

  it('with its old data under another process, nothing from before is served: an invalidation may be lost', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    const dump = await everything(one);
    await record.write(one);
    await server.kill();
    await server.restart();
    // As a replica does that was promoted before it had heard of the last writes, and that does not say yet who it is.
    const admin = createClient({ url: server.url });
    await admin.connect();
    for (const [key, value] of dump) await admin.set(key, value);
    await admin.sendCommand(['ACL', 'SETUSER', 'default', '-info']);
    for (const instance of [one, two]) {
      await answering(instance);
      expect(textOf(await record.read(instance))).toBe('2');
    }
    await admin.sendCommand(['ACL', 'SETUSER', 'default', '+info']);
    await admin.disconnect();
    await found(one, two);
    expect(textOf(await record.read(one))).toBe('2');
    expect(textOf(await record.read(two))).toBe('2');
  });

  it('flushed by somebody, it answers with misses only', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    record.version = 2;
    await patiently(one, (client) => client.flushAll());
    expect(await record.read(one)).toMatchObject({ outcome: 'miss' });
    expect(textOf(await record.read(two))).toBe('2');
  });
});

describeWithRedis('with a Redis that answers, but not as asked', () => {
  it('out of memory: reads are loaded, and an invalidation still counts', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await configure(one, { 'maxmemory-policy': 'noeviction', maxmemory: '1' });
    try {
      expect(await record.write(one)).toBe(true);
      expect(textOf(await record.read(two))).toBe('2');
      expect(textOf(await new VersionedRecord().read(one))).toBe('1');
    } finally {
      await configure(one, { maxmemory: '64mb', 'maxmemory-policy': 'allkeys-lru' });
    }
    expect(textOf(await record.read(one))).toBe('2');
  });

  it('a read-only replica: an invalidation fails, and from then on nothing is believed', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await patiently(one, (client) => client.sendCommand(['REPLICAOF', '127.0.0.1', '1']));
    try {
      expect(await record.write(one)).toBe(false);
      expect(await record.read(one)).toMatchObject({ outcome: 'bypass' });
      expect(textOf(await record.read(one))).toBe('2');
      // It may lag behind its primary: who connects to it does not believe it in the first place.
      const late = await startInstance(server.url, prefix, clock);
      expect(await record.read(late)).toMatchObject({ outcome: 'bypass' });
      await late.close();
    } finally {
      await patiently(one, (client) => client.sendCommand(['REPLICAOF', 'NO', 'ONE']));
    }
    await trusted(one);
    expect(textOf(await record.read(two))).toBe('2');
  });

  it('slow: no read waits for it past the budget, and after three it is left alone for a while', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    const proxy = await TcpProxy.start(server.url);
    const slow = await startInstance(proxy.url, prefix, clock);
    try {
      await trusted(slow);
      // Longer than the budget, shorter than what counts as dead.
      proxy.delayBy(80);
      const answer = patiently(slow, (client) => client.ping()).then(() => 'Redis');
      expect(await Promise.race([record.read(slow).then(({ outcome }) => outcome), answer])).toBe('bypass');
      for (let count = 0; count < 30; count++) await record.read(slow);
      expect(slow.stats.snapshot().budgetOverruns).toBe(3);
      await answer;
    } finally {
      await slow.close();
      await proxy.close();
    }
  });

  it('a connection that is cut is no failed read, and what is said on the next one is confirmed first', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    for (let count = 0; count < 20; count++) {
      await patiently(two, (client) =>
        client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']),
      );
      const [told, read] = await Promise.all([record.write(one), record.read(one)]);
      expect(Number(textOf(read))).toBeGreaterThanOrEqual(record.version - 1);
      if (told) expect(textOf(await record.read(two))).toBe(String(record.version));
      expect(textOf(await record.read(one))).toBe(String(record.version));
    }
    await trusted(one, two);
    expect(textOf(await record.read(two))).toBe(String(record.version));
  });

  it('a generation that is written late, after its time was up, is harmless', async () => {
    const record = new VersionedRecord();
    await warm(record, one, two);
    await server.freeze();
    expect(await record.write(one)).toBe(false);
    const late = record.write(two);
    server.thaw();
    await late;
    await trusted(one, two);
    await eventually(
      () => record.read(one),
      ({ outcome }) => outcome === 'hit',
    );
    expect(textOf(await record.read(one))).toBe('3');
    expect(textOf(await record.read(two))).toBe('3');
  });
});

type Dump = [key: string, value: Buffer][];

/** Everything of this test's prefix. */
async function everything(on: CacheInstance): Promise<Dump> {
  const keys = await patiently(on, (client) => client.keys(`${prefix}:*`));
  return patiently(on, (client) =>
    Promise.all(
      keys.map(async (key): Promise<Dump[number]> => {
        const value = await client.get(commandOptions({ returnBuffers: true }), key);
        return [key, value ?? Buffer.alloc(0)];
      }),
    ),
  );
}
