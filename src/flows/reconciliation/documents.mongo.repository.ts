import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { persistently } from './persistently.js';

/** Keys of this service are texts. A document from another source may have any other key. */
export type DocumentKey = string | mongoose.mongo.ObjectId;

/** A document as it was read. A field may have any type. */
export type FoundDocument = Readonly<Record<string, unknown>> & { readonly _id: DocumentKey };

/** A document whose key is one of ours, or at least a text. */
export type KeyedDocument = FoundDocument & { readonly _id: string };

type Collection = mongoose.mongo.Collection<{ _id: DocumentKey }>;
/** The type that the driver accepts as a filter, whatever key type it assumes. */
type Filter = Readonly<Record<string, unknown>>;

const MAX_STRAYS = 10_000;

const { Binary, Code, EJSON, MaxKey, MinKey, ObjectId, Timestamp } = mongoose.mongo.BSON;

/**
 * Matches keys that are no text, by listing every other type that MongoDB accepts as a key. Some servers answer a
 * plain "not a text" only by reading every document.
 */
const IS_STRAY = {
  $or: [
    { _id: { $in: [new MinKey(), new MaxKey(), null, NaN, false, true] } },
    { _id: { $gte: -Infinity } },
    { _id: { $gte: {} } },
    { _id: { $gte: new Binary(new Uint8Array()) } },
    { _id: { $gte: new ObjectId(new Uint8Array(12)) } },
    { _id: { $gte: new Date(-8.64e15) } },
    { _id: { $gte: new Timestamp(0n) } },
    { _id: { $gte: new Code('') } },
    { _id: { $gte: new Code('', {}) } },
  ],
};

/** The key in reports. Different keys have different texts. */
export const keyText = (key: DocumentKey): string =>
  typeof key === 'string' || key instanceof ObjectId ? String(key) : EJSON.stringify(key);

const isKeyed = (document: FoundDocument): document is KeyedDocument => typeof document._id === 'string';

/** Reads and repairs documents of any collection by their keys. */
@Injectable()
export class Documents {
  constructor(private readonly mongo: Mongo) {}

  /** Documents whose key is no text, which a range of texts leaves out; at most so many of them. */
  strays(collection: string): Promise<FoundDocument[]> {
    return this.find(collection, IS_STRAY, [], MAX_STRAYS);
  }

  async byIds(
    collection: string,
    ids: readonly string[],
    fields: readonly string[] = [],
  ): Promise<Map<string, KeyedDocument>> {
    if (ids.length === 0) return new Map();
    const found = await this.find(collection, { _id: { $in: [...ids] } }, fields, ids.length);
    return new Map(found.filter(isKeyed).map((document) => [document._id, document]));
  }

  /** Null if there is none. */
  async one(
    collection: string,
    id: DocumentKey,
    fields: readonly string[] = [],
  ): Promise<FoundDocument | null> {
    return (await this.find(collection, { _id: id }, fields, 1))[0] ?? null;
  }

  /** Writes the whole document. False: another document has a value that must be unique. */
  async put(collection: string, document: FoundDocument): Promise<boolean> {
    const { _id, ...fields } = document;
    try {
      await this.mongo.run('reconciliation.put', () =>
        this.collection(collection).replaceOne({ _id }, fields, { upsert: true }),
      );
      return true;
    } catch (error) {
      if (violatedUniqueIndex(error)) return false;
      throw error;
    }
  }

  async set(collection: string, id: DocumentKey, fields: Readonly<Record<string, unknown>>): Promise<void> {
    await this.mongo.run('reconciliation.set', () =>
      this.collection(collection).updateOne({ _id: id }, { $set: fields }),
    );
  }

  async remove(collection: string, id: DocumentKey): Promise<void> {
    await this.mongo.run('reconciliation.remove', () => this.collection(collection).deleteOne({ _id: id }));
  }

  private find(
    collection: string,
    filter: Filter,
    fields: readonly string[],
    limit: number,
  ): Promise<FoundDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return persistently(() =>
      this.mongo.run('reconciliation.find', () =>
        this.collection(collection)
          .find<FoundDocument>(filter as mongoose.mongo.Filter<{ _id: DocumentKey }>, {
            projection,
            sort: { _id: 1 },
            limit,
            batchSize: limit,
          })
          .toArray(),
      ),
    );
  }

  private collection(name: string): Collection {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return db.collection<{ _id: DocumentKey }>(name);
  }
}
