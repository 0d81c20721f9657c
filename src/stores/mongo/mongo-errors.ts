import mongoose from 'mongoose';

import { SOCKET_ERRORS } from '../socket-errors.js';

const {
  MongoNetworkError,
  MongoServerSelectionError,
  MongoNotConnectedError,
  MongoTopologyClosedError,
  MongoServerError,
  MongoDriverError,
  MongoBulkWriteError,
} = mongoose.mongo;

const UNAUTHORIZED = 13;
const NOT_PRIMARY = [6, 7, 89, 91, 189, 9001, 10_107, 11_600, 11_602, 13_435, 13_436];
/** The server accepts no write, or no operation, from any client, so the document is not at fault. */
const SATURATED = [
  UNAUTHORIZED,
  18, // AuthenticationFailed
  24, // LockTimeout
  64, // WriteConcernFailed
  79, // UnknownReplWriteConcern
  100, // UnsatisfiableWriteConcern
  133, // FailedToSatisfyReadPreference
  202, // NetworkInterfaceExceededTimeLimit
  262, // ExceededTimeLimit
  462, // IngressRequestRateLimitExceeded
  8000, // AtlasError: over the space quota
  12_501, // QuotaExceeded
  14_031, // OutOfDiskSpace
  16_500, // TooManyRequests, of servers that speak the protocol
];
const SERVER_WIDE: ReadonlySet<unknown> = new Set([...NOT_PRIMARY, ...SATURATED]);
/** Labels of the server with the same meaning. */
const OVERLOADED_LABELS = ['RetryableWriteError', 'SystemOverloadedError'];

/** Whether the error affects every operation, as opposed to one document. `code` is the server's. */
export const isServerWide = (code: unknown): boolean => SERVER_WIDE.has(code);

/** Whether MongoDB could not be reached or accepts nothing at all, as opposed to having refused the operation. */
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
    isPoolExhausted(error) ||
    (error instanceof MongoServerError && (isServerWide(error.code) || isOverloaded(error)))
  );
}

/** The driver does not wrap the errors of a socket that it writes to. */
const UNWRAPPED: ReadonlySet<unknown> = new Set([
  ...SOCKET_ERRORS,
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
]);

const isSocketError = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNWRAPPED.has(error.code);

/** All connections of the pool are busy. The driver does not export the class. */
const isPoolExhausted = (error: unknown): boolean =>
  error instanceof MongoDriverError && error.name === 'MongoWaitQueueTimeoutError';

const isOverloaded = (error: mongoose.mongo.MongoServerError): boolean =>
  OVERLOADED_LABELS.some((label) => error.hasErrorLabel(label));

/** A bulk write wraps the error that stopped it. */
const isWrapped = (error: unknown): boolean =>
  error instanceof MongoBulkWriteError &&
  (error.errorResponse as unknown) instanceof Error &&
  isMongoConnectivityError(error.errorResponse);

/** Mongoose has no class for a call on a connection that was never opened (`bufferCommands: false`). */
const isNotConnectedYet = (error: unknown): boolean =>
  error instanceof mongoose.MongooseError && /before initial connection is complete/.test(error.message);

/** Whether an operation took longer than its `maxTimeMS` (code 50). */
export const isOperationEnded = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === 50;

/** The fields of the violated unique index (code 11000), or null for any other error. */
export function violatedUniqueIndex(error: unknown): readonly string[] | null {
  if (!(error instanceof MongoServerError) || error.code !== 11_000) return null;
  const pattern: unknown = error['keyPattern'];
  return typeof pattern === 'object' && pattern !== null ? Object.keys(pattern) : [];
}

/** The user of the connection has no right to do this. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof MongoServerError && error.code === UNAUTHORIZED;
