import mongoose from 'mongoose';

import { SOCKET_ERRORS } from '../socket-errors.js';

const {
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoServerError,
  MongoBulkWriteError,
} = mongoose.mongo;

const NOT_PRIMARY = new Set([6, 7, 89, 91, 189, 9001, 10_107, 11_600, 11_602, 13_435, 13_436]);

/** Whether MongoDB could not be reached, as opposed to having refused the operation. */
export function isMongoConnectivityError(error: unknown): boolean {
  return (
    error instanceof MongoNetworkError ||
    error instanceof MongoServerSelectionError ||
    error instanceof MongoNotConnectedError ||
    error instanceof MongoTopologyClosedError ||
    error instanceof mongoose.Error.MongooseServerSelectionError ||
    isNotConnectedYet(error) ||
    isSocketError(error) ||
    isWrapped(error) ||
    (error instanceof MongoServerError && typeof error.code === 'number' && NOT_PRIMARY.has(error.code))
  );
}

/** The driver does not wrap what a socket says that it writes to. */
const UNWRAPPED: ReadonlySet<unknown> = new Set([
  ...SOCKET_ERRORS,
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const isSocketError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNWRAPPED.has(error.code);

/** A bulk write wraps whatever stopped it. */
const isWrapped = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  (error.errorResponse as unknown) instanceof Error &&
  isMongoConnectivityError(error.errorResponse);

/** Mongoose has no class for a call on a connection that was never opened (`bufferCommands: false`). */
const isNotConnectedYet = (error: unknown): boolean =>
  error instanceof mongoose.MongooseError && /before initial connection is complete/.test(error.message);

/** The fields of the violated unique index (code 11000), or null for any other error. */
export function violatedUniqueIndex(error: unknown): readonly string[] | null {
  if (!(error instanceof MongoServerError) || error.code !== 11_000) return null;
  const pattern: unknown = error['keyPattern'];
  return typeof pattern === 'object' && pattern !== null ? Object.keys(pattern) : [];
}
