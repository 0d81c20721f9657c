import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { DeclaredIndex } from '../../../src/stores/mongo/index-spec.js';
import type { Collection } from '../../../src/stores/mongo/mongo.js';
import { narrowedCollection } from '../../../src/stores/mongo/narrowed-collection.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { withMongo } from '../backup/archive-fixture.js';

interface Row {
  _id: string;
  organization_id: string;
  user_id: string;
  at: number;
  kind: string[];
  removed_at?: Date | null;
}

const INDEXES: readonly DeclaredIndex[] = [
  [{ organization_id: 1, user_id: 1, at: -1 }, {}],
  [{ organization_id: 1, kind: 1 }, {}],
];
const ROWS: readonly Row[] = Array.from({ length: 240 }, (_, n) => ({
  ...{ _id: `r${n}`, organization_id: `o${n % 2}`, user_id: `u${n % 3}`, at: n % 5 },
  kind: n % 4 === 0 ? [] : [`k${n % 2}`, `k${n % 7}`],
  ...(n % 3 === 0 ? { removed_at: new Date(n) } : n % 3 === 1 ? { removed_at: null } : {}),
}));
const PARTS: readonly (readonly object[])[] = [
  [{ organization_id: 'o0' }, { organization_id: 'o1' }],
  [{}, { user_id: 'u1' }, { user_id: { $in: ['u0', 'u2'] } }],
  [{}, { at: 3 }, { at: { $gt: 0, $lte: 3 } }],
  [{}, { kind: 'k1' }, { kind: { $in: ['k0', 'k5'] } }, { kind: [] }],
  [
    {},
    { removed_at: null },
    { removed_at: { $gt: new Date(0) } },
    { $or: [{ at: 1 }, { removed_at: null }] },
  ],
  [{}, { _id: 'r4' }, { _id: { $in: ['r1', 'r2', 'none'] } }, { _id: { $gt: 'r2' } }],
];
const combinations = (parts: readonly (readonly object[])[]): object[] =>
  parts.reduce<object[]>(
    (all, part) => all.flatMap((some) => part.map((more) => ({ ...some, ...more }))),
    [{}],
  );

describe('a collection with narrowed filters', () => {
  let stores: TestStores;
  beforeAll(async () => {
    stores = await createTestStores();
  });
  afterAll(() => stores.drop());

  it('finds, counts, changes and deletes the same documents as the plain one', async () => {
    await withMongo(stores.config, async (mongo) => {
      const plain = mongo.collection<Row>('narrowed') as Collection<Row>;
      for (const [keys, options] of INDEXES) await plain.createIndex(keys as never, options);
      await plain.insertMany([...ROWS]);
      const narrowed = narrowedCollection(plain, INDEXES);
      const filters = combinations(PARTS);
      expect(filters).toHaveLength(1_152);
      let found = 0;
      for (const filter of filters) {
        const expected = await plain.find(filter).sort({ _id: 1 }).toArray();
        expect(await narrowed.find(filter).sort({ _id: 1 }).toArray()).toEqual(expected);
        expect(await narrowed.countDocuments(filter)).toBe(expected.length);
        found += expected.length;
      }
      expect(found).toBeGreaterThan(5_000);
      const filter = { organization_id: 'o0', user_id: 'u1', removed_at: null };
      const ids = (await plain.find(filter).toArray()).map(({ _id }) => _id);
      expect(await narrowed.distinct('_id', filter)).toEqual(expect.arrayContaining(ids));
      expect((await narrowed.findOne(filter))?.user_id).toBe('u1');
      const counted = await narrowed
        .aggregate([{ $match: filter }, { $group: { _id: null, n: { $sum: 1 } } }])
        .next();
      expect(counted).toEqual({ _id: null, n: ids.length });
      expect((await narrowed.updateMany(filter, { $set: { at: 9 } })).modifiedCount).toBe(ids.length);
      const upserted = { organization_id: 'o0', user_id: 'new', at: 7 };
      await narrowed.updateOne(upserted, { $setOnInsert: { _id: 'upserted' } }, { upsert: true });
      expect(await plain.findOne({ _id: 'upserted' })).toEqual({ _id: 'upserted', ...upserted });
      expect((await narrowed.deleteMany(filter)).deletedCount).toBe(ids.length);
      expect(await plain.countDocuments({})).toBe(ROWS.length + 1 - ids.length);
    });
  });
});
