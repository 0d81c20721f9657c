import { describe, expect, it } from 'vitest';

import { type Collection, useContractDatabase } from './contract-database.js';

const newCollection = useContractDatabase();

/** 300 events over 3 days and 3 kinds; `n` counts up. */
async function withEvents(): Promise<Collection> {
  const collection = newCollection();
  const events = Array.from({ length: 300 }, (_, n) => ({
    _id: `e${String(n).padStart(3, '0')}`,
    day: `2026-11-0${1 + (n % 3)}`,
    kind: ['view', 'click', 'buy'][Math.floor(n / 100)],
    n,
  }));
  await collection.insertMany(events);
  return collection;
}

describe('aggregation of MongoDB', () => {
  it('$match, $group and $sort count and sum by a bucket', async () => {
    const collection = await withEvents();
    const series = await collection
      .aggregate([
        { $match: { kind: { $in: ['view', 'click'] } } },
        { $group: { _id: '$day', count: { $sum: 1 }, total: { $sum: '$n' }, top: { $max: '$n' } } },
        { $sort: { _id: 1 } },
      ])
      .toArray();
    const expected = [0, 1, 2].map((day) => {
      const ns = Array.from({ length: 200 }, (_, n) => n).filter((n) => n % 3 === day);
      return {
        _id: `2026-11-0${1 + day}`,
        count: ns.length,
        total: ns.reduce((a, b) => a + b, 0),
        top: ns.at(-1),
      };
    });
    expect(series).toEqual(expected);
  });

  it('$group by two fields', async () => {
    const collection = await withEvents();
    const groups = await collection
      .aggregate([{ $group: { _id: { day: '$day', kind: '$kind' }, n: { $sum: 1 } } }])
      .toArray();
    expect(groups).toHaveLength(9);
    expect(groups.reduce((sum, group) => sum + Number(group['n']), 0)).toBe(300);
  });

  it('$sort and $limit give the first of a total order', async () => {
    const collection = await withEvents();
    const top = await collection
      .aggregate([{ $match: { day: '2026-11-01' } }, { $sort: { n: -1 } }, { $limit: 2 }])
      .toArray();
    expect(top.map(({ _id }) => _id)).toEqual(['e297', 'e294']);
  });

  it('$count counts what matches, and is empty where nothing does', async () => {
    const collection = await withEvents();
    const count = (match: object) => collection.aggregate([{ $match: match }, { $count: 'n' }]).toArray();
    expect(await count({ kind: 'buy' })).toEqual([{ n: 100 }]);
    expect(await count({ kind: 'none' })).toEqual([]);
  });

  it('finds by range, equality and absence alike with and without an index', async () => {
    const collection = await withEvents();
    const ids = async () => {
      const found = await collection
        .find({ kind: 'click', n: { $gte: 120, $lt: 125 } })
        .sort({ n: 1 })
        .toArray();
      const absent = await collection.countDocuments({ deleted_at: null });
      return { found: found.map(({ n }) => n), absent };
    };
    const without = await ids();
    await collection.createIndex({ kind: 1, n: 1 });
    expect(await ids()).toEqual(without);
    expect(without).toEqual({ found: [120, 121, 122, 123, 124], absent: 300 });
  });
});
