import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { NotFound } from '../../../src/common/errors/kinds.js';
import { tags } from '../../../src/cache/tags.js';
import { eventually } from '../../support/eventually.js';
import {
  type CacheInstance,
  freshPrefix,
  PATIENT,
  gate,
  VersionedRecord,
  SetClock,
  sharedRedisUrl,
  startInstance,
  textOf,
  valueOf,
  patiently,
} from './cache-instance.js';
import { timeLimit } from '../../support/time-limit.js';

const prefix = freshPrefix();
const clock = new SetClock();
let one: CacheInstance;
let two: CacheInstance;

beforeAll(async () => {
  one = await startInstance(sharedRedisUrl(), prefix, clock, PATIENT);
  two = await startInstance(sharedRedisUrl(), prefix, clock, PATIENT);
});

afterAll(async () => {
  await Promise.all([one.close(), two.close()]);
});

/** Until the entry that `record` was loaded into is in Redis: the answer does not wait for that. */
async function settled(record: VersionedRecord, on: CacheInstance): Promise<void> {
  const { request } = record;
  const all = [tags.organization(record.orgId), ...request.tags, ...(request.missTags ?? [])];
  const see = () => on.shared.see(all, request, performance.now() + 1_000);
  await eventually(see, (sighting) => sighting?.entry != null);
}

describe('a read', () => {
  it('is a miss, then a hit of the first tier, then a hit of Redis on another instance', async () => {
    const record = new VersionedRecord();
    expect(await record.read(one)).toMatchObject({ outcome: 'miss', tier: 'load', isStored: true });
    expect(await record.read(one)).toMatchObject({ outcome: 'hit', tier: 'memory' });
    await settled(record, two);
    const other = await record.read(two);
    expect(other).toMatchObject({ outcome: 'hit', tier: 'redis' });
    expect(other.value).toEqual(valueOf('1'));
    expect(await record.read(two)).toMatchObject({ outcome: 'hit', tier: 'memory' });
    expect(record.loads).toBe(1);
  });

  it('sees a write that was acknowledged before it began, on both instances', async () => {
    const record = new VersionedRecord();
    await record.read(one);
    await settled(record, two);
    await record.read(two);
    expect(await record.write(one)).toBe(true);
    expect(textOf(await record.read(two))).toBe('2');
    expect(textOf(await record.read(one))).toBe('2');
  });

  it('ends with its time, never later than asked for, at most a tenth sooner', async () => {
    const record = new VersionedRecord(undefined, { ttlMs: 10_000 });
    const { ttlMs } = await record.read(one);
    expect(ttlMs).toBeGreaterThanOrEqual(9_000);
    expect(ttlMs).toBeLessThanOrEqual(10_000);
    clock.advance(8_999);
    expect(await record.read(one)).toMatchObject({ outcome: 'hit', ageMs: 8_999 });
    clock.advance(1_001);
    expect(await record.read(one)).toMatchObject({ outcome: 'miss' });
  });

  it('keeps what one organisation asked from what another asked under the same key', async () => {
    const [mine, theirs] = [new VersionedRecord(), new VersionedRecord()];
    theirs.version = 7;
    await Promise.all([mine.read(one), theirs.read(one)]);
    expect(textOf(await mine.read(one))).toBe('1');
    expect(textOf(await theirs.read(one))).toBe('7');
  });

  it('becomes a miss when the epoch of its organisation is replaced', async () => {
    const record = new VersionedRecord();
    await record.read(one);
    await one.cache.invalidate([tags.organization(record.orgId)]);
    expect(await record.read(one)).toMatchObject({ outcome: 'miss' });
  });

  it('may depend on tags of several organisations, which a cluster keeps in several slots', async () => {
    const elsewhere = tags.entity('auth', 'principals', freshPrefix());
    const record = new VersionedRecord(undefined, { tags: [elsewhere] });
    await record.read(one);
    expect(await record.read(one)).toMatchObject({ outcome: 'hit' });
    await two.cache.invalidate([elsewhere]);
    expect(await record.read(one)).toMatchObject({ outcome: 'miss' });
    await record.read(one);
    await two.cache.invalidate([tags.organization('auth')]);
    expect(await record.read(one)).toMatchObject({ outcome: 'miss' });
  });
});

describe('a slow refill', () => {
  it('is never served: what was loaded before a write is stored under the old generations', async () => {
    const record = new VersionedRecord();
    const slow = gate();
    record.gate = slow.opened;
    const reader = record.read(one);
    await eventually(
      async () => record.loads,
      (loads) => loads === 1,
    );
    record.gate = null;
    expect(await record.write(two)).toBe(true);
    // It began before the write was acknowledged, so it may still get the old value. No other read may.
    slow.open();
    expect(textOf(await reader)).toBe('1');
    expect(textOf(await record.read(one))).toBe('2');
    expect(textOf(await record.read(two))).toBe('2');
  });

  it('is not joined by a read that starts after the write', async () => {
    const record = new VersionedRecord();
    const slow = gate();
    record.gate = slow.opened;
    const reader = record.read(one);
    await eventually(
      async () => record.loads,
      (loads) => loads === 1,
    );
    record.gate = null;
    await record.write(two);
    const [same, other] = await Promise.all([record.read(one), record.read(two)]);
    expect([textOf(same), textOf(other)]).toEqual(['2', '2']);
    slow.open();
    await reader;
    expect(textOf(await record.read(one))).toBe('2');
  });

  it('that began without generations is not joined after they were removed again', async () => {
    const record = new VersionedRecord();
    const slow = gate();
    record.gate = slow.opened;
    const reader = record.read(one);
    await eventually(
      async () => record.loads,
      (loads) => loads === 1,
    );
    record.gate = null;
    record.version = 2;
    const generations = await patiently(one, (client) => client.keys(`${prefix}:{${record.orgId}}:[ge]*`));
    await patiently(one, (client) => client.unlink(generations.filter((key) => !key.includes(':e:'))));
    expect(textOf(await record.read(one))).toBe('2');
    slow.open();
    await reader;
  });
});

describe('concurrent cold reads', () => {
  it('of one key share one load in each instance, and between them by a lease', async () => {
    const record = new VersionedRecord();
    const slow = gate();
    record.gate = slow.opened;
    const reads = Array.from({ length: 500 }, (_, index) => record.read(index % 2 === 0 ? one : two));
    await eventually(
      async () => record.loads,
      (loads) => loads >= 1,
    );
    slow.open();
    const answers = await Promise.all(reads);
    expect(new Set(answers.map(textOf))).toEqual(new Set(['1']));
    expect(record.loads).toBe(1);
    expect(answers.filter(({ outcome }) => outcome === 'coalesced')).toHaveLength(499);
    console.info(`500 concurrent cold reads over two instances: ${record.loads} load`);
  });

  it('do not wait for an instance that died with the lease for longer than a bound', async () => {
    const record = new VersionedRecord();
    const never = gate();
    record.gate = never.opened;
    const stuck = record.read(one);
    await eventually(
      async () => record.loads,
      (loads) => loads === 1,
    );
    record.gate = null;
    const startedAt = performance.now();
    expect(textOf(await record.read(two))).toBe('1');
    expect(performance.now() - startedAt).toBeLessThan(timeLimit(600));
    never.open();
    await stuck;
  });

  it('all fail as the load does, and the next read loads again', async () => {
    const record = new VersionedRecord();
    record.fault = new NotFound();
    const reads = await Promise.allSettled([record.read(one), record.read(one)]);
    expect(reads.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    record.fault = null;
    expect(textOf(await record.read(one))).toBe('1');
  });
});

describe('an absence', () => {
  it('ends with its creation, which replaces the tag of the collection', async () => {
    const record = new VersionedRecord();
    const absent = () => Promise.resolve(valueOf('absent', { status: 404, isAbsence: true, ttlMs: 5_000 }));
    expect(await one.cache.read(record.request, absent)).toMatchObject({ outcome: 'miss' });
    expect(await one.cache.read(record.request, absent)).toMatchObject({ outcome: 'hit' });
    await two.cache.invalidate([tags.collection(record.orgId, 'things')]);
    expect(textOf(await record.read(one))).toBe('1');
    await two.cache.invalidate([tags.collection(record.orgId, 'things')]);
    expect(await record.read(one)).toMatchObject({ outcome: 'hit' });
  });
});

describe('small JSON', () => {
  it('comes back equal from a load, the first tier and Redis, and cannot be changed', async () => {
    const record = new VersionedRecord();
    const load = () => Promise.resolve({ user: 'alice', roles: { a: ['x'] } });
    const first = await one.cache.readJson(record.request, load);
    expect(await one.cache.readJson(record.request, load)).toBe(first);
    await settled(record, two);
    expect(await two.cache.readJson(record.request, load)).toEqual(first);
    expect(() => first.roles.a.push('y')).toThrow(TypeError);
  });

  it('keeps no null: anybody can ask for things that do not exist', async () => {
    const record = new VersionedRecord();
    let loads = 0;
    const load = () => Promise.resolve(loads++ === 0 ? null : 'here');
    expect(await one.cache.readJson<string | null>(record.request, load)).toBeNull();
    expect(await one.cache.readJson<string | null>(record.request, load)).toBe('here');
  });
});

describe('Redis', () => {
  it('has only keys of ours, each with the hash tag of its organisation, each with an end', async () => {
    const record = new VersionedRecord(undefined, { key: 'searched for: bob@example.test' });
    await record.read(one);
    await settled(record, one);
    const keys = await patiently(one, (client) => client.keys(`*${record.orgId}*`));
    expect(keys.length).toBeGreaterThanOrEqual(4);
    for (const key of keys) {
      expect(key.startsWith(`${prefix}:{${record.orgId}}:`)).toBe(true);
      expect(key).not.toContain('bob');
      expect(await patiently(one, (client) => client.pTTL(key))).toBeGreaterThan(0);
    }
  });
});
