import { describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { violatedUniqueIndex } from '../../../src/stores/mongo/mongo-errors.js';
import { atOnce, useContractDatabase } from './contract-database.js';

const WRITERS = 20;
const newCollection = useContractDatabase();

/** One winner, and every loser told by which index it lost. */
function expectOneWinner(
  outcomes: readonly PromiseSettledResult<unknown>[],
  fields: readonly string[],
): void {
  const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(lost).toHaveLength(outcomes.length - 1);
  for (const { reason } of lost) {
    expect(reason).toBeInstanceOf(mongoose.mongo.MongoServerError);
    expect(reason.code).toBe(11_000);
    expect(violatedUniqueIndex(reason)).toEqual(fields);
  }
}

describe('unique indexes of MongoDB', () => {
  it('keep _id unique when 20 writers insert the same one at once', async () => {
    const collection = newCollection();
    for (let round = 0; round < 10; round += 1) {
      const _id = `same-${round}`;
      expectOneWinner(await atOnce(WRITERS, (writer) => collection.insertOne({ _id, writer })), ['_id']);
    }
    expect(await collection.countDocuments()).toBe(10);
  });

  it('keep a single field unique under races', async () => {
    const collection = newCollection();
    await collection.createIndex({ message_id: 1 }, { unique: true });
    const outcomes = await atOnce(WRITERS, (writer) =>
      collection.insertOne({ _id: `w${writer}`, message_id: 'm' }),
    );
    expectOneWinner(outcomes, ['message_id']);
  });

  it('keep a pair of fields unique under races, each of them repeatable', async () => {
    const collection = newCollection();
    await collection.createIndex({ organization_id: 1, key: 1 }, { unique: true });
    await collection.insertOne({ _id: 'other-organisation', organization_id: 'b', key: 'k' });
    const insert = (writer: number) =>
      collection.insertOne({ _id: `w${writer}`, organization_id: 'a', key: 'k' });
    expectOneWinner(await atOnce(WRITERS, insert), ['organization_id', 'key']);
    await collection.insertOne({ _id: 'other-key', organization_id: 'a', key: 'l' });
    expect(await collection.countDocuments()).toBe(3);
  });

  it('apply a partial index only to the documents that it is about', async () => {
    const collection = newCollection();
    await collection.createIndex(
      { user_id: 1 },
      { unique: true, partialFilterExpression: { state: 'active' } },
    );
    const finished = await atOnce(3, (n) =>
      collection.insertOne({ _id: `f${n}`, user_id: 'u', state: 'done' }),
    );
    expect(finished.every(({ status }) => status === 'fulfilled')).toBe(true);
    const active = (writer: number) =>
      collection.insertOne({ _id: `a${writer}`, user_id: 'u', state: 'active' });
    expectOneWinner(await atOnce(WRITERS, active), ['user_id']);
  });

  it('refuse an update that would make a second one', async () => {
    const collection = newCollection();
    await collection.createIndex({ name: 1 }, { unique: true });
    await collection.insertMany([
      { _id: 'a', name: 'one' },
      { _id: 'b', name: 'two' },
    ]);
    const change = collection.updateOne({ _id: 'b' }, { $set: { name: 'one' } });
    await expect(change).rejects.toMatchObject({ code: 11_000, keyPattern: { name: 1 } });
    expect(await collection.findOne({ _id: 'b' })).toEqual({ _id: 'b', name: 'two' });
  });

  it('make one document out of 20 upserts of the same key', async () => {
    const collection = newCollection();
    await collection.createIndex({ room: 1 }, { unique: true });
    const upsert = (writer: number) =>
      collection.updateOne(
        { room: 'r' },
        { $setOnInsert: { _id: `w${writer}` }, $inc: { seen: 1 } },
        { upsert: true },
      );
    const outcomes = await atOnce(WRITERS, upsert);
    const lost = outcomes.filter((outcome) => outcome.status === 'rejected');
    for (const { reason } of lost) expect(violatedUniqueIndex(reason)).toEqual(['room']);
    expect(await collection.find().toArray()).toMatchObject([{ room: 'r', seen: WRITERS - lost.length }]);
  });
});
