import { describe, expect, it } from 'vitest';
import mongoose from 'mongoose';

import { isMongoConnectivityError } from '../../../src/stores/mongo/mongo-errors.js';

const { MongoBulkWriteError, MongoNetworkError, MongoServerError } = mongoose.mongo;

/** As `bulkWrite` throws whatever stopped it. */
const inBulkWrite = (error: Error) => new MongoBulkWriteError(error as never, {} as never);
const ended = () =>
  Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });

/** The driver does not export its class. */
const waitedTooLong = () =>
  Object.defineProperty(new mongoose.mongo.MongoDriverError('Timed out while checking out'), 'name', {
    value: 'MongoWaitQueueTimeoutError',
  });

describe('an error of MongoDB', () => {
  it.each([
    ['a lost connection', new MongoNetworkError('connection 1 closed')],
    ['the same of a bulk write', inBulkWrite(new MongoNetworkError('connection 1 closed'))],
    ['a socket that was ended, as Node.js says it', ended()],
    ['the same of a bulk write', inBulkWrite(ended())],
    ['a pool without a free connection', waitedTooLong()],
    ['a full disk', new MongoServerError({ message: 'no space', code: 14_031 })],
    ['a quota that is used up', new MongoServerError({ message: 'over quota', code: 8_000 })],
    ['a write concern that is not met', new MongoServerError({ message: 'waiting', code: 64 })],
    [
      'a server that says of itself that it is overloaded',
      new MongoServerError({ message: 'later', code: 1, errorLabels: ['SystemOverloadedError'] }),
    ],
    ['a server that is shutting down', new MongoServerError({ message: 'bye', code: 91 })],
  ])('%s means that it cannot be reached', (_, error) => {
    expect(isMongoConnectivityError(error)).toBe(true);
  });

  it.each([
    ['a duplicate key', new MongoServerError({ message: 'E11000', code: 11_000 })],
    ['a document that cannot be sent', inBulkWrite(new TypeError('circular'))],
    ['anything else', new Error('no')],
    ['no error at all', undefined],
  ])('%s does not', (_, error) => {
    expect(isMongoConnectivityError(error)).toBe(false);
  });
});
