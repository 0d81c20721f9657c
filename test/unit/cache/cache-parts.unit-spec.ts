import { describe, expect, it } from 'vitest';
import fc from 'fast-check';

import { type CacheEntry, decodeEntry, encodeEntry, isCurrent } from '../../../src/cache/cache-entry.js';
import { dependenciesOf } from '../../../src/cache/cache-request.js';
import { InProcessTier } from '../../../src/cache/in-process-tier.js';
import { KnownInvalidations } from '../../../src/cache/known-invalidations.js';
import { MemoryTier } from '../../../src/cache/memory-tier.js';
import { PendingInvalidations } from '../../../src/cache/pending-invalidations.js';
import { bySlot, isOneSlot, RedisKeys } from '../../../src/cache/redis/redis-keys.js';
import { slotOf } from '../../../src/cache/tags.js';

const entry = (size = 3, overrides: Partial<CacheEntry> = {}): CacheEntry => ({
  value: {
    body: Buffer.alloc(size, 'x'),
    status: 200,
    headers: { link: 'é' },
    etag: '"e"',
    source: 'postgres',
  },
  run: 'run',
  generations: ['a', 'b'],
  storedAt: 1,
  expiresAt: 2,
  graceMs: 3,
  asked: { tags: ['o:1', 'o:1:things'], key: null },
  ...overrides,
});

describe('an entry', () => {
  it('survives its encoding, and bytes that are not one are none', () => {
    expect(decodeEntry(encodeEntry(entry(), 'key'), 'key')).toEqual(entry());
    expect(decodeEntry(encodeEntry(entry(), 'key'), 'another')).toBeNull();
    const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
    fc.assert(fc.property(bytes, (noise) => decodeEntry(noise, 'key') === null));
    const whole = encodeEntry(entry(0), 'key');
    for (let length = 0; length < whole.length; length++)
      expect(decodeEntry(whole.subarray(0, length), 'key')).toBeNull();
  });

  it('is current while all its generations and the process are the same', () => {
    expect(isCurrent(entry(), 'run', ['a', 'b'])).toBe(true);
    expect(isCurrent(entry(), 'run', ['a', 'b', 'further'])).toBe(true);
    expect(isCurrent(entry(), 'run', ['a', 'c'])).toBe(false);
    expect(isCurrent(entry(), 'run', ['a', null])).toBe(false);
    expect(isCurrent(entry(), 'run', ['a'])).toBe(false);
    expect(isCurrent(entry(), 'another', ['a', 'b'])).toBe(false);
    expect(isCurrent(entry(3, { run: null, generations: [] }), 'run', ['a'])).toBe(false);
  });
});

describe('the first tier', () => {
  it('drops the least recently used, by count and by bytes, and refuses what is too large', () => {
    const tier = new MemoryTier(100_000, 3);
    for (const key of ['a', 'b', 'c']) tier.set(key, entry());
    tier.get('a');
    tier.set('d', entry());
    expect(['a', 'b', 'c', 'd'].filter((key) => tier.get(key))).toEqual(['a', 'c', 'd']);
    expect(tier.set('huge', entry(90_000))).toBe(false);
    const bytes = new MemoryTier(100_000, 1_000);
    for (let index = 0; index < 500; index++) bytes.set(`k${index}`, entry(5_000));
    expect(bytes.size.bytes).toBeLessThanOrEqual(100_000);
    expect(bytes.get('k499')).toBeDefined();
    expect(bytes.get('k0')).toBeUndefined();
    for (let index = 0; index < 500; index++) bytes.delete(`k${index}`);
    expect(bytes.size).toEqual({ entries: 0, bytes: 0 });
  });

  it('counts what the keys take, which clients make long', () => {
    const tier = new MemoryTier(100_000, 1_000);
    const keyOf = (index: number): string => `${index}`.padEnd(2_000, 'x');
    for (let index = 0; index < 500; index++) tier.set(keyOf(index), entry(0));
    expect(tier.size.entries).toBeLessThanOrEqual(100_000 / (2 * 2_000));
    expect(tier.size.entries).toBeGreaterThan(0);
    for (let index = 0; index < 500; index++) tier.delete(keyOf(index));
    expect(tier.size).toEqual({ entries: 0, bytes: 0 });
  });
});

describe('invalidations that are owed', () => {
  it('grow coarser, never fewer', () => {
    const pending = new PendingInvalidations(2);
    pending.add(['o:a:x:1', 'o:a:x:2']);
    expect(pending.size).toEqual({ tags: 2, organizations: 0, everything: false });
    pending.add(['o:b:x:1']);
    expect(pending.size).toEqual({ tags: 0, organizations: 2, everything: false });
    expect(pending.take()).toEqual({ tags: ['o:a', 'o:b'], everything: false });
    pending.failed();
    expect(pending.isEmpty).toBe(false);
    pending.add(['o:c:x', 'o:d:x', 'o:e:x']);
    expect(pending.take().everything).toBe(true);
    pending.applied();
    expect(pending.isEmpty).toBe(true);
  });

  it('count while they are being applied, and a tag that is added meanwhile is owed again', () => {
    const pending = new PendingInvalidations();
    pending.add(['t']);
    pending.take();
    expect(pending.isEmpty).toBe(false);
    pending.add(['t']);
    pending.applied();
    expect(pending.take().tags).toEqual(['t']);
  });
});

describe('invalidations of this instance', () => {
  it('are known after the moment they refute, and forgotten ones count as known', () => {
    const known = new KnownInvalidations(2);
    const before = known.now;
    known.note(['a']);
    const after = known.now;
    expect(known.hasSince(before, ['a'])).toBe(true);
    expect(known.hasSince(after, ['a'])).toBe(false);
    expect(known.hasSince(before, ['b'])).toBe(false);
    known.note(['b', 'c']);
    expect(known.hasSince(before, ['d'])).toBe(true);
    expect(known.hasSince(known.now, ['d'])).toBe(false);
  });
});

describe('generations in the process', () => {
  it('are bounded, and a forgotten one is a miss, not an error', async () => {
    const tier = new InProcessTier(2);
    const seen = await tier.see(['a', 'b', 'c']);
    const { generations } = await tier.leaseLoad(['a', 'b', 'c'], { orgId: 'o', key: 'k' }, seen);
    const again = await tier.see(['a', 'b', 'c']);
    expect(again.generations[0]).toBeNull();
    expect(again.generations.slice(1)).toEqual(generations.slice(1));
  });
});

describe('names', () => {
  it('of one organisation share a hash tag; what does not is grouped by it', () => {
    const keys = new RedisKeys('p');
    const own = [
      keys.generation('o:acme'),
      keys.generation('o:acme:users:1'),
      keys.entry({ orgId: 'acme', key: 'k' }),
    ];
    expect(own[0]).toBe('p:{acme}:epoch');
    expect(isOneSlot(own)).toBe(true);
    const mixed = [...own, keys.generation('o:other:users'), keys.generation('session:1')];
    expect(isOneSlot(mixed)).toBe(false);
    expect(bySlot(mixed).map(({ places }) => places)).toEqual([[0, 1, 2], [3], [4]]);
    expect(['o:acme', 'o:acme:users:1', 'session:1', 'x', ''].map(slotOf)).toEqual([
      'acme',
      'acme',
      'session',
      'x',
      '',
    ]);
  });

  it('of the tags that a request depends on begin with every epoch involved', () => {
    const request = { orgId: 'a', key: 'k', ttlMs: 1, tags: ['o:a:users:1'], missTags: ['o:a:users'] };
    expect(dependenciesOf(request)).toEqual({ all: ['o:a', 'o:a:users:1', 'o:a:users'], present: 2 });
    const foreign = { ...request, tags: ['o:b:users:1'], missTags: [] };
    expect(dependenciesOf(foreign)).toEqual({ all: ['o:a', 'o:b', 'o:b:users:1'], present: 3 });
  });
});
