import { describe, expect, it } from 'vitest';

import { atOnce, useContractDatabase } from './contract-database.js';

const WRITERS = 20;
const ROUNDS = 50;
const newCollection = useContractDatabase();

describe('atomic updates of MongoDB', () => {
  it('count exactly under 20 writers that $inc one document', async () => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'counter', n: 0 });
    const outcomes = await atOnce(WRITERS, async () => {
      for (let round = 0; round < ROUNDS; round += 1)
        await collection.updateOne({ _id: 'counter' }, { $inc: { n: 1 } });
    });
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(await collection.findOne({ _id: 'counter' })).toEqual({ _id: 'counter', n: WRITERS * ROUNDS });
  });

  it('give each number once from findOneAndUpdate under 20 writers', async () => {
    const collection = newCollection();
    const given: number[] = [];
    await collection.insertOne({ _id: 'sequence', n: 0 });
    const outcomes = await atOnce(WRITERS, async () => {
      for (let round = 0; round < ROUNDS; round += 1) {
        const after = await collection.findOneAndUpdate(
          { _id: 'sequence' },
          { $inc: { n: 1 } },
          { returnDocument: 'after' },
        );
        given.push(Number(after?.['n']));
      }
    });
    expect(outcomes.filter(({ status }) => status === 'rejected')).toEqual([]);
    const all = Array.from({ length: WRITERS * ROUNDS }, (_, index) => index + 1);
    expect(given.toSorted((a, b) => a - b)).toEqual(all);
  });

  it('let one of 20 writers win a change that demands the old version', async () => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'd', version: 1 });
    const outcomes = await atOnce(WRITERS, (writer) =>
      collection.findOneAndUpdate({ _id: 'd', version: 1 }, { $set: { writer }, $inc: { version: 1 } }),
    );
    const won = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value !== null);
    expect(won).toHaveLength(1);
    expect(await collection.findOne({ _id: 'd' })).toMatchObject({ version: 2 });
  });

  it('hand out 200 items to 20 takers, each once', async () => {
    const collection = newCollection();
    const items = Array.from({ length: 200 }, (_, n) => ({
      _id: `i${String(n).padStart(3, '0')}`,
      taken: false,
    }));
    await collection.insertMany(items);
    const taken: string[] = [];
    await atOnce(WRITERS, async () => {
      for (;;) {
        const item = await collection.findOneAndUpdate(
          { taken: false },
          { $set: { taken: true } },
          { sort: { _id: 1 } },
        );
        if (!item) return;
        taken.push(item._id);
      }
    });
    expect(taken.toSorted()).toEqual(items.map(({ _id }) => _id));
  });

  it('give the document before or after the change, as asked', async () => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'd', n: 1 });
    const change = { $set: { n: 2 } };
    expect(await collection.findOneAndUpdate({ _id: 'd' }, change)).toMatchObject({ n: 1 });
    expect(
      await collection.findOneAndUpdate({ _id: 'd' }, change, { returnDocument: 'after' }),
    ).toMatchObject({ n: 2 });
    expect(await collection.findOneAndUpdate({ _id: 'absent' }, change)).toBeNull();
    expect(await collection.findOneAndDelete({ _id: 'd' })).toMatchObject({ n: 2 });
    expect(await collection.findOne({ _id: 'd' })).toBeNull();
  });
});
