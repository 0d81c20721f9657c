import mongoose, { type Connection } from 'mongoose';

import { MongoNotUsable, notUnderstood } from './usable-uri.js';
import { isMongoConnectivityError } from './mongo-errors.js';
import { StoreUnavailable } from '../store-unavailable.js';

type Database = NonNullable<Connection['db']>;

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;

function explain(error: unknown): MongoNotUsable | null {
  if (error instanceof mongoose.mongo.MongoParseError) return notUnderstood(error, 'MONGODB_URI');
  if (
    error instanceof mongoose.mongo.MongoServerError &&
    (error.code === AUTHENTICATION_FAILED || error.code === UNAUTHORIZED)
  ) {
    const remedies = ['correct the user and the password in MONGODB_URI, or give the user the right'];
    return new MongoNotUsable('MongoDB does not allow this.', error.message, remedies, { cause: error });
  }
  return null;
}

/**
 * Runs a command's `work` on the database of the URI, over a connection of its own that is closed afterwards. Throws
 * `StoreUnavailable` if MongoDB cannot be reached, and `MongoNotUsable` if it refuses.
 */
export async function withDatabase<T>(uri: string, work: (db: Database) => Promise<T>): Promise<T> {
  const connection = mongoose.createConnection();
  try {
    await connection.openUri(uri, {
      serverSelectionTimeoutMS: 5_000,
      autoCreate: false,
      autoIndex: false,
      appName: 'triptych-cli',
    });
    if (!connection.db) throw new Error('An open connection has no database');
    return await work(connection.db);
  } catch (error) {
    if (isMongoConnectivityError(error)) throw new StoreUnavailable('mongodb', { cause: error });
    throw explain(error) ?? error;
  } finally {
    await connection.close(true);
  }
}
