import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll } from 'vitest';
import mongoose from 'mongoose';

export type Database = mongoose.mongo.Db;
export type Collection = mongoose.mongo.Collection<ContractDocument>;

/** Ids are strings that we make; the other fields differ by test. */
export type ContractDocument = mongoose.mongo.Document & { _id: string };

/** Enough connections for 20 writers that do not wait for each other. */
export const openClient = (uri: string): Promise<mongoose.mongo.MongoClient> =>
  mongoose.mongo.MongoClient.connect(uri, {
    maxPoolSize: 32,
    serverSelectionTimeoutMS: 5_000,
    retryWrites: false,
  });

/**
 * A database of the calling file alone, on the server that MONGODB_URI names, dropped afterwards. Gives a function that
 * makes an empty collection.
 */
export function useContractDatabase(): () => Collection {
  const uri = process.env['MONGODB_URI'];
  if (uri === undefined) throw new Error('MONGODB_URI is not set: run the tests with npm test');
  const databaseName = `triptych_contract_${randomUUID().slice(0, 8)}`;
  let client: mongoose.mongo.MongoClient | null = null;
  let collections = 0;
  beforeAll(async () => {
    client = await openClient(uri);
  });
  afterAll(async () => {
    await client?.db(databaseName).dropDatabase();
    await client?.close();
  });
  return () => {
    if (!client) throw new Error('No connection yet: make collections inside a test');
    collections += 1;
    return client.db(databaseName).collection<ContractDocument>(`c${collections}`);
  };
}

/** Runs `work` for 0 … n-1 at once and says how each ended. */
export const atOnce = <T>(
  n: number,
  work: (index: number) => Promise<T>,
): Promise<PromiseSettledResult<T>[]> =>
  Promise.allSettled(Array.from({ length: n }, (_, index) => work(index)));
