import { describe, expect, it } from 'vitest';

import { type Collection, useContractDatabase } from './contract-database.js';

const newCollection = useContractDatabase();
const SIZE = 20_000;
const PAGE = 50;

/** Newest first within an organisation, the id breaking ties: the order of every list. */
async function withEntries(): Promise<Collection> {
  const collection = newCollection();
  const start = Date.parse('2026-11-01T00:00:00.000Z');
  const entries = Array.from({ length: SIZE }, (_, n) => ({
    _id: `e${String(n).padStart(6, '0')}`,
    organization_id: n % 2 === 0 ? 'a' : 'b',
    // Five entries share each moment.
    created_at: new Date(start + Math.floor(n / 10) * 1_000),
  }));
  for (let from = 0; from < SIZE; from += 2_000)
    await collection.insertMany(entries.slice(from, from + 2_000));
  await collection.createIndex({ organization_id: 1, created_at: -1, _id: -1 });
  return collection;
}

describe('pages of MongoDB', () => {
  it('sort and limit by index examine exactly the page', async () => {
    const collection = await withEntries();
    const order = { created_at: -1, _id: -1 } as const;
    const plan = await collection
      .find({ organization_id: 'a' })
      .sort(order)
      .limit(PAGE)
      .explain('executionStats');
    expect(plan['executionStats']).toMatchObject({ nReturned: PAGE, totalDocsExamined: PAGE });
    expect(plan['executionStats'].totalKeysExamined).toBeLessThanOrEqual(PAGE + 1);
    expect(JSON.stringify(plan)).toContain('IXSCAN');
    expect(JSON.stringify(plan)).not.toContain('"COLLSCAN"');
  });

  it('a walk by keyset gives every entry once, equal moments included', async () => {
    const collection = await withEntries();
    const seen: string[] = [];
    let position: { created_at: Date; _id: string } | null = null;
    for (;;) {
      const after: object = position
        ? {
            created_at: { $lte: position.created_at },
            $or: [{ created_at: { $lt: position.created_at } }, { _id: { $lt: position._id } }],
          }
        : {};
      const page = await collection
        .find({ organization_id: 'a', ...after })
        .sort({ created_at: -1, _id: -1 })
        .limit(1_000)
        .toArray();
      const last = page.at(-1);
      if (!last) break;
      seen.push(...page.map(({ _id }) => _id));
      position = { created_at: last['created_at'] as Date, _id: last._id };
    }
    expect(seen).toHaveLength(SIZE / 2);
    expect(seen).toEqual([...new Set(seen)].toSorted().reverse());
  });

  it('a page in the middle examines little more than the page', async () => {
    const collection = await withEntries();
    const middle = await collection.findOne({ _id: `e${String(SIZE / 2).padStart(6, '0')}` });
    const created_at = middle?.['created_at'] as Date;
    const plan = await collection
      .find({ organization_id: 'a', created_at: { $lte: created_at } })
      .sort({ created_at: -1, _id: -1 })
      .limit(PAGE)
      .explain('executionStats');
    expect(plan['executionStats']).toMatchObject({ nReturned: PAGE, totalDocsExamined: PAGE });
  });
});
