import { describe, expect, it } from 'vitest';

import { type ContractDocument, useContractDatabase } from './contract-database.js';

const newCollection = useContractDatabase();

interface Case {
  operator: string;
  before: Record<string, unknown>;
  update: Record<string, unknown>;
  after: Record<string, unknown>;
}

const CASES: readonly Case[] = [
  { operator: '$set', before: { a: 1 }, update: { $set: { 'b.c': 2 } }, after: { a: 1, b: { c: 2 } } },
  { operator: '$unset', before: { a: 1, b: 2 }, update: { $unset: { a: '' } }, after: { b: 2 } },
  { operator: '$inc', before: { a: 1 }, update: { $inc: { a: -3, b: 2 } }, after: { a: -2, b: 2 } },
  { operator: '$min that lowers', before: { a: 5 }, update: { $min: { a: 3 } }, after: { a: 3 } },
  { operator: '$min that does not', before: { a: 5 }, update: { $min: { a: 7 } }, after: { a: 5 } },
  { operator: '$max that raises', before: { a: 5 }, update: { $max: { a: 7 } }, after: { a: 7 } },
  { operator: '$max that does not', before: { a: 5 }, update: { $max: { a: 3 } }, after: { a: 5 } },
  { operator: '$push', before: { a: [1] }, update: { $push: { a: 1 } }, after: { a: [1, 1] } },
  {
    operator: '$push $each',
    before: { a: [1] },
    update: { $push: { a: { $each: [2, 3] } } },
    after: { a: [1, 2, 3] },
  },
  { operator: '$pull', before: { a: [1, 2, 1] }, update: { $pull: { a: 1 } }, after: { a: [2] } },
  {
    operator: '$addToSet of a new',
    before: { a: [1] },
    update: { $addToSet: { a: 2 } },
    after: { a: [1, 2] },
  },
  {
    operator: '$addToSet of a known',
    before: { a: [1] },
    update: { $addToSet: { a: 1 } },
    after: { a: [1] },
  },
  {
    operator: '$setOnInsert',
    before: { a: 1 },
    update: { $setOnInsert: { a: 9 }, $set: { b: 2 } },
    after: { a: 1, b: 2 },
  },
];

describe('update operators of MongoDB', () => {
  it.each(CASES)('$operator', async ({ before, update, after }) => {
    const collection = newCollection();
    await collection.insertOne({ _id: 'd', ...before });
    await collection.updateOne({ _id: 'd' }, update, { upsert: true });
    expect(await collection.findOne({ _id: 'd' })).toEqual({ _id: 'd', ...after });
  });

  it('$setOnInsert and $inc together make and then count', async () => {
    const collection = newCollection();
    const seen = () =>
      collection.updateOne(
        { _id: 'day' },
        { $setOnInsert: { first: 'x' }, $inc: { n: 1 }, $max: { top: 4 } },
        { upsert: true },
      );
    expect(await seen()).toMatchObject({ upsertedCount: 1, upsertedId: 'day' });
    expect(await seen()).toMatchObject({ upsertedCount: 0, modifiedCount: 1 });
    expect(await collection.findOne({ _id: 'day' })).toEqual({ _id: 'day', first: 'x', n: 2, top: 4 });
  });

  it('$set of one element that an array filter names', async () => {
    const collection = newCollection();
    await collection.insertOne({
      _id: 'd',
      items: [
        { k: 'a', n: 1 },
        { k: 'b', n: 1 },
      ],
    });
    const filter = { arrayFilters: [{ 'item.k': 'b' }] };
    await collection.updateOne({ _id: 'd' }, { $set: { 'items.$[item].n': 2 } }, filter);
    expect(await collection.findOne({ _id: 'd' })).toMatchObject({
      items: [
        { k: 'a', n: 1 },
        { k: 'b', n: 2 },
      ],
    });
  });

  it('dates, decimals, nested documents and nulls come back as they were written', async () => {
    const collection = newCollection();
    const document: ContractDocument = {
      _id: 'd',
      at: new Date('2026-11-21T09:30:00.123Z'),
      nested: { list: [1, 'two', null, { deep: true }], empty: {} },
      large: 9_007_199_254_740_991,
      fraction: 0.1,
      text: 'é\u0000漢字🙂',
    };
    await collection.insertOne(document);
    expect(await collection.findOne({ _id: 'd' })).toEqual(document);
  });
});
