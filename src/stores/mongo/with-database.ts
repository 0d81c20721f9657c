import mongoose, { type Connection } from 'mongoose';

import { isMongoConnectivityError } from './mongo-errors.js';
import { StoreUnavailable } from '../store-unavailable.js';

type Database = NonNullable<Connection['db']>;

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;

/** MongoDB refuses the credentials or the operation. */
export class MongoNotAllowed extends Error {
  readonly remedies = ['correct the user, the password and the rights of MONGODB_URI'] as const;

  constructor(
    readonly why: string,
    options: { cause?: unknown },
  ) {
    super('MongoDB does not allow this.', options);
    this.name = 'MongoNotAllowed';
  }
}

/**
 * Runs a command's `work` on the database of the URI, over a connection of its own, closed afterwards. Throws
 * `StoreUnavailable` where MongoDB cannot be reached, `MongoNotAllowed` where it refuses.
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
    if (
      error instanceof mongoose.mongo.MongoServerError &&
      (error.code === AUTHENTICATION_FAILED || error.code === UNAUTHORIZED)
    ) {
      throw new MongoNotAllowed(error.message, { cause: error });
    }
    throw error;
  } finally {
    await connection.close(true);
  }
}
