import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { v7 } from 'uuid';

import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { Pages } from '../../../src/stores/mongo/pages.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

interface Entry {
  _id: string;
  organization_id: string;
  at: Date;
}

const COLLECTION = 'paged';
const NOW = Date.now();
const HOUR_MS = 3_600_000;

let stores: TestStores;
let mongo: Mongo;
let entries: Entry[] = [];

/** Newest first, as the promise has it. */
const inOrder = (of: readonly Entry[]): string[] =>
  of.toSorted((a, b) => b.at.getTime() - a.at.getTime() || (a._id < b._id ? 1 : -1)).map(({ _id }) => _id);

const entry = (ms: number, organization_id = 'a'): Entry => ({
  _id: v7({ msecs: ms }),
  organization_id,
  at: new Date(ms),
});

beforeAll(async () => {
  stores = await createTestStores();
  mongo = new Mongo(stores.config);
  await mongo.onModuleInit();
  entries = [
    // A dense second, one moment that 300 share, an empty year, a sparse past, and one entry of the year 1.
    ...Array.from({ length: 400 }, (_, n) => entry(NOW - n)),
    ...Array.from({ length: 300 }, () => entry(NOW - 2 * HOUR_MS)),
    ...Array.from({ length: 60 }, (_, n) => entry(NOW - 365 * 24 * HOUR_MS - n * 24 * HOUR_MS)),
    { ...entry(NOW), at: new Date('0001-01-01T00:00:00.000Z') },
    { ...entry(NOW), at: new Date(NOW + 50 * 365 * 24 * HOUR_MS) },
    ...Array.from({ length: 50 }, (_, n) => entry(NOW - n * HOUR_MS, 'b')),
  ];
  const collection = mongo.collection<Entry>(COLLECTION);
  await collection.createIndex({ organization_id: 1, at: -1, _id: -1 });
  await collection.insertMany(entries);
});
afterAll(async () => {
  await mongo.onApplicationShutdown();
  await stores.drop();
});

/** The seam on a server that stops at the limit, and on one that does not. Each has to give the same on any server. */
const KINDS = [
  ['one query', true],
  ['windows', false],
] as const;

describe.each(KINDS)('newest-first pages by %s', (_kind, stopsAtLimit) => {
  const pagesOf = () => new Pages(Object.create(mongo, { stopsAtLimit: { value: stopsAtLimit } }) as Mongo);

  it.each([1, 7, 51, 1_000])('give every document once and in order, %i at a time', async (limit) => {
    const pages = pagesOf();
    const seen: string[] = [];
    let after: readonly [Date, string] | null = null;
    for (let turn = 0; turn < entries.length && (limit > 1 || turn < 420); turn += 1) {
      const page: Entry[] = await pages.newest<Entry>(COLLECTION, {
        filter: { organization_id: 'a' },
        sort: ['at', '_id'],
        after,
        limit,
      });
      const last = page.at(-1);
      if (!last) break;
      expect(page.length).toBeLessThanOrEqual(limit);
      seen.push(...page.map(({ _id }) => _id));
      after = [last.at, last._id];
    }
    const all = inOrder(entries.filter(({ organization_id }) => organization_id === 'a'));
    expect(seen).toEqual(limit === 1 ? all.slice(0, seen.length) : all);
    expect(seen.length).toBeGreaterThanOrEqual(420);
  });

  it('give the same from what was learnt, also after documents came and went', async () => {
    const pages = pagesOf();
    const first = () =>
      pages.newest<Entry>(COLLECTION, {
        filter: { organization_id: 'c' },
        sort: ['at', '_id'],
        after: null,
        limit: 3,
      });
    expect(await first()).toEqual([]);
    const own = Array.from({ length: 10 }, (_, n) => entry(NOW - n * HOUR_MS * 24, 'c'));
    await mongo.collection<Entry>(COLLECTION).insertMany(own);
    for (let repeat = 0; repeat < 2; repeat += 1) {
      expect((await first()).map(({ _id }) => _id)).toEqual(inOrder(own).slice(0, 3));
    }
    await mongo.collection<Entry>(COLLECTION).deleteMany({ _id: { $in: inOrder(own).slice(0, 5) } });
    expect((await first()).map(({ _id }) => _id)).toEqual(inOrder(own).slice(5, 8));
    await mongo.collection<Entry>(COLLECTION).deleteMany({ organization_id: 'c' });
    expect(await first()).toEqual([]);
  });

  it('keep to their bounds', async () => {
    const [from, to] = [new Date(NOW - 2 * HOUR_MS), new Date(NOW - 200)];
    const page = await pagesOf().newest<Entry>(COLLECTION, {
      filter: { organization_id: 'a' },
      sort: ['at', '_id'],
      from,
      to,
      after: null,
      limit: 1_000,
    });
    const expected = entries.filter(
      ({ organization_id, at }) => organization_id === 'a' && at >= from && at < to,
    );
    expect(page.map(({ _id }) => _id)).toEqual(inOrder(expected));
    expect(page.length).toBe(499);
  });

  it('walk by a UUIDv7 alone', async () => {
    const pages = pagesOf();
    const seen: string[] = [];
    for (let after: readonly [string] | null = null; ;) {
      const page: Entry[] = await pages.newest<Entry>(COLLECTION, {
        filter: { organization_id: 'a' },
        sort: ['_id'],
        after,
        limit: 50,
      });
      const last = page.at(-1);
      if (!last) break;
      seen.push(...page.map(({ _id }) => _id));
      after = [last._id];
    }
    const ids = entries.filter(({ organization_id }) => organization_id === 'a').map(({ _id }) => _id);
    expect(seen).toEqual(ids.toSorted().toReversed());
  });
});
