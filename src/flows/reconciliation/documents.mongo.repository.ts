import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { persistently } from './persistently.js';

/** A document as it is found: nobody promises that a field has its type. */
export type FoundDocument = Readonly<Record<string, unknown>> & { readonly _id: unknown };

/** A document whose key is one of ours, or at least text. */
export type KeyedDocument = FoundDocument & { readonly _id: string };

type Collection = mongoose.mongo.Collection<{ _id: unknown }>;

const BATCH = 2_000;

export const isKeyed = (document: FoundDocument): document is KeyedDocument =>
  typeof document._id === 'string';

/** Documents of any collection, streamed in the order of their keys and put right one by one. */
@Injectable()
export class Documents {
  constructor(private readonly mongo: Mongo) {}

  /** Every document whose key is text, with these fields alone where some are named. */
  async *batches(collection: string, fields: readonly string[] = []): AsyncGenerator<KeyedDocument[]> {
    let range: { $gte: string } | { $gt: string } = { $gte: '' };
    for (;;) {
      const found = (await this.find(collection, { _id: range }, fields, BATCH, 1)).filter(isKeyed);
      const last = found.at(-1);
      if (!last) return;
      yield found;
      range = { $gt: last._id };
    }
  }

  /** The documents whose key is no text, which a range of texts leaves out: below and above all texts. */
  async *strays(collection: string): AsyncGenerator<FoundDocument[]> {
    for (const direction of [1, -1] as const) {
      let skip = 0;
      for (;;) {
        const found = await this.find(collection, {}, [], BATCH, direction, skip);
        const end = found.findIndex(isKeyed);
        const strays = end === -1 ? found : found.slice(0, end);
        if (strays.length > 0) yield strays;
        if (strays.length < BATCH) break;
        skip += BATCH;
      }
    }
  }

  async byIds(
    collection: string,
    ids: readonly unknown[],
    fields: readonly string[] = [],
  ): Promise<Map<unknown, FoundDocument>> {
    const found =
      ids.length === 0 ? [] : await this.find(collection, { _id: { $in: [...ids] } }, fields, ids.length, 1);
    return new Map(found.map((document) => [document._id, document]));
  }

  /** Puts the whole document in its place. False: another one has a value that is unique. */
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

  async set(collection: string, id: unknown, fields: Readonly<Record<string, unknown>>): Promise<void> {
    await this.mongo.run('reconciliation.set', () =>
      this.collection(collection).updateOne({ _id: id }, { $set: fields }),
    );
  }

  async remove(collection: string, id: unknown): Promise<void> {
    await this.mongo.run('reconciliation.remove', () => this.collection(collection).deleteOne({ _id: id }));
  }

  private find(
    collection: string,
    filter: mongoose.mongo.Filter<{ _id: unknown }>,
    fields: readonly string[],
    limit: number,
    direction: 1 | -1,
    skip = 0,
  ): Promise<FoundDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return persistently(() =>
      this.mongo.run('reconciliation.find', () =>
        this.collection(collection)
          .find<FoundDocument>(filter, {
            projection,
            sort: { _id: direction },
            skip,
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
    return db.collection<{ _id: unknown }>(name);
  }
}
