import { describe, expect, it } from '@jest/globals';
import mongoose from 'mongoose';

import { isMongoConnectivityError } from '../../../src/stores/mongo/mongo-errors.js';

const { MongoBulkWriteError, MongoNetworkError, MongoServerError } = mongoose.mongo;

/** As `bulkWrite` throws whatever stopped it. */
const inBulkWrite = (error: Error) => new MongoBulkWriteError(error as never, {} as never);
const ended = () =>
  Object.assign(new Error('This socket has been ended by the other party'), { code: 'EPIPE' });

describe('an error of MongoDB', () => {
  it.each([
    ['a lost connection', new MongoNetworkError('connection 1 closed')],
    ['the same of a bulk write', inBulkWrite(new MongoNetworkError('connection 1 closed'))],
    ['a socket that was ended, as Node.js says it', ended()],
    ['the same of a bulk write', inBulkWrite(ended())],
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
