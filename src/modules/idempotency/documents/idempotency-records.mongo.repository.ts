import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { Mongo } from '../../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../../stores/mongo/mongo-errors.js';
import {
  type FirstAnswer,
  type IdempotencyRecord,
  type IdempotentRequest,
  recording,
  unrecorded,
  withRecord,
} from './idempotent-request.js';

interface RecordingDocument {
  _id: string;
  idempotency?: IdempotencyRecord[];
}

type Collection = mongoose.mongo.Collection<RecordingDocument>;

type Filter = mongoose.mongo.Filter<RecordingDocument>;
type Update = mongoose.mongo.UpdateFilter<RecordingDocument>;

const KEYS = 'idempotency.keys';

/** The records of idempotent requests, in the documents that those requests have written. */
@Injectable()
export class IdempotencyRecords {
  constructor(private readonly mongo: Mongo) {}

  /** Null if there is none. */
  async find(collection: string, { record: { keys } }: IdempotentRequest): Promise<IdempotencyRecord | null> {
    const found = await this.mongo.run('idempotency.find', () =>
      this.collection(collection).findOne({ [KEYS]: { $in: keys } }, { projection: { idempotency: 1 } }),
    );
    return found?.idempotency?.find((record) => record.keys.some((key) => keys.includes(key))) ?? null;
  }

  /** False if another document has the record of this key. Rejects with the error of any other unique index. */
  async insert(
    collection: string,
    document: { _id: string },
    request: IdempotentRequest | null,
  ): Promise<boolean> {
    try {
      await this.mongo.run('idempotency.insert', () =>
        this.collection(collection).insertOne(recording(document, request)),
      );
      return true;
    } catch (error) {
      if (request && violatedUniqueIndex(error)?.includes(KEYS)) return false;
      throw error;
    }
  }

  /** The record alone, in a document that stays as it is. False where another document has the record of this key. */
  async add(collection: string, id: string, request: IdempotentRequest): Promise<boolean> {
    try {
      await this.mongo.run('idempotency.add', () =>
        this.collection(collection).updateOne(
          unrecorded({ _id: id }, request) as Filter,
          withRecord({}, request) as Update,
        ),
      );
      return true;
    } catch (error) {
      if (violatedUniqueIndex(error)?.includes(KEYS)) return false;
      throw error;
    }
  }

  /** The document that an earlier request with this key has made. */
  async document(
    collection: string,
    { record: { keys } }: IdempotentRequest,
  ): Promise<RecordingDocument | null> {
    return this.mongo.run('idempotency.document', () =>
      this.collection(collection).findOne({ [KEYS]: { $in: keys } }),
    );
  }

  /** Stores the answer for repetitions. The first stored answer stays. */
  async keepAnswer(
    collection: string,
    { record: { keys } }: IdempotentRequest,
    answer: FirstAnswer,
  ): Promise<void> {
    const isUnanswered = { keys: { $in: keys }, answer: { $exists: false } };
    await this.mongo.run('idempotency.answer', () =>
      this.collection(collection).updateOne(
        { [KEYS]: { $in: keys }, idempotency: { $elemMatch: isUnanswered } },
        { $set: { 'idempotency.$.answer': answer } },
      ),
    );
  }

  /** Removes every expired record. */
  async forget(collection: string, now: Date): Promise<void> {
    await this.mongo.run('idempotency.forget', () =>
      this.collection(collection).updateMany(
        { 'idempotency.expires_at': { $lte: now } },
        { $pull: { idempotency: { expires_at: { $lte: now } } } },
      ),
    );
  }

  private collection(name: string): Collection {
    return this.mongo.collection<RecordingDocument>(name);
  }
}
