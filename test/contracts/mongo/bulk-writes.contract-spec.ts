import { describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { atOnce, type Collection, type ContractDocument, useContractDatabase } from './contract-database.js';

const newCollection = useContractDatabase();

async function bulkError(work: Promise<unknown>): Promise<mongoose.mongo.MongoBulkWriteError> {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof mongoose.mongo.MongoBulkWriteError) return error;
  throw new Error('Not refused as a bulk', { cause: error });
}

const refused = ({ writeErrors }: mongoose.mongo.MongoBulkWriteError) =>
  [writeErrors].flat().map(({ index, code }) => ({ index, code }));

const idsOf = async (collection: Collection): Promise<string[]> =>
  (await collection.find().sort({ _id: 1 }).toArray()).map(({ _id }) => _id);

const documents = (...ids: string[]): ContractDocument[] => ids.map((_id) => ({ _id }));

describe('bulk writes of MongoDB', () => {
  it('ordered: stop at the first error, name its index, keep what came before', async () => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'c' });
    const error = await bulkError(
      collection.insertMany(documents('a', 'b', 'c', 'd', 'a'), { ordered: true }),
    );
    expect(refused(error)).toEqual([{ index: 2, code: 11_000 }]);
    expect(error.insertedCount).toBe(2);
    expect(await idsOf(collection)).toEqual(['a', 'b', 'c']);
  });

  it('unordered: go on after an error and name the index of each', async () => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'c' });
    const error = await bulkError(
      collection.insertMany(documents('a', 'b', 'c', 'd', 'a'), { ordered: false }),
    );
    expect(refused(error)).toEqual([
      { index: 2, code: 11_000 },
      { index: 4, code: 11_000 },
    ]);
    expect(error.insertedCount).toBe(3);
    expect(await idsOf(collection)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('unordered: tell apart what was refused from what was done among operations of several kinds', async () => {
    const collection = newCollection();
    await collection.insertMany([{ _id: 'a', n: 1 }, { _id: 'b' }]);
    const error = await bulkError(
      collection.bulkWrite(
        [
          { updateOne: { filter: { _id: 'a' }, update: { $inc: { n: 1 } } } },
          { insertOne: { document: { _id: 'b' } } },
          { updateOne: { filter: { _id: 'c' }, update: { $setOnInsert: { n: 9 } }, upsert: true } },
          { deleteOne: { filter: { _id: 'b' } } },
        ],
        { ordered: false },
      ),
    );
    expect(refused(error)).toEqual([{ index: 1, code: 11_000 }]);
    expect(error.modifiedCount).toBe(1);
    expect(error.upsertedCount).toBe(1);
    expect(error.deletedCount).toBe(1);
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual([
      { _id: 'a', n: 2 },
      { _id: 'c', n: 9 },
    ]);
  });

  it('upserts of one event leave the same state however often they are repeated', async () => {
    const collection = newCollection();
    const events = Array.from({ length: 100 }, (_, n) => ({ _id: `event-${String(n).padStart(3, '0')}`, n }));
    const upserts = events.map(({ _id, n }) => ({
      updateOne: { filter: { _id }, update: { $setOnInsert: { n, type: 'user.created' } }, upsert: true },
    }));
    const first = await collection.bulkWrite(upserts, { ordered: false });
    expect(first.upsertedCount).toBe(100);
    const state = await collection.find().sort({ _id: 1 }).toArray();
    const again = await collection.bulkWrite(upserts, { ordered: false });
    expect(again).toMatchObject({ upsertedCount: 0, modifiedCount: 0, matchedCount: 100 });
    expect(await collection.find().sort({ _id: 1 }).toArray()).toEqual(state);
  });

  it('upserts of 20 relays at once leave each event once', async () => {
    const collection = newCollection();
    const upserts = Array.from({ length: 50 }, (_, n) => ({
      updateOne: { filter: { _id: `e${n}` }, update: { $setOnInsert: { n } }, upsert: true },
    }));
    const outcomes = await atOnce(20, () => collection.bulkWrite(upserts, { ordered: false }));
    // A server may refuse the loser of a race instead of trying again: then the relay does.
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of lost) {
      expect(refused(reason).every(({ code }) => code === 11_000)).toBe(true);
    }
    expect(await collection.countDocuments()).toBe(50);
  });

  it('take 1,000 documents in one call', async () => {
    const collection = newCollection();
    const many = Array.from({ length: 1_000 }, (_, n) => ({ _id: `d${n}`, text: 'x'.repeat(500) }));
    expect((await collection.insertMany(many, { ordered: false })).insertedCount).toBe(1_000);
    expect(await collection.countDocuments()).toBe(1_000);
  });
});
