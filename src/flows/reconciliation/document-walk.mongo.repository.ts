import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { BATCH } from './check.js';
import type { FoundDocument, KeyedDocument } from './documents.mongo.repository.js';
import { KeySlices } from './key-slices.js';
import { persistently } from './persistently.js';
import { readAhead } from '../read-ahead.js';

/** A document as its bytes, which nobody has read yet but for the key. */
export interface SealedDocument {
  readonly _id: string;
  readonly bytes: Buffer;
}

type Found<T> = T & mongoose.mongo.Document;
type Cursor<T> = mongoose.mongo.FindCursor<Found<T>>;

/** Some servers keep all of a slice until it is read. */
const SLICE = 4_000;
/** Several times what a slice takes. */
const SLICE_MS = 250;
const TIME_EXPIRED = 50;

const { deserialize, serialize } = mongoose.mongo.BSON;

/** Every document of a collection whose key is text, in the order of keys and in batches. */
@Injectable()
export class DocumentWalk {
  constructor(private readonly mongo: Mongo) {}

  /** With these fields alone. */
  batches(collection: string, fields: readonly string[]): AsyncGenerator<KeyedDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    return readAhead(this.walk<KeyedDocument>(collection, { projection }, (document) => document));
  }

  /** Whole. */
  sealed(collection: string): AsyncGenerator<SealedDocument[]> {
    return readAhead(
      this.walk<SealedDocument, Buffer>(collection, { raw: true }, (bytes) => ({ _id: keyOf(bytes), bytes })),
    );
  }

  private async *walk<T extends { _id: string }, F = T>(
    collection: string,
    options: mongoose.mongo.FindOptions,
    read: (found: F) => T,
  ): AsyncGenerator<T[]> {
    const slices = new KeySlices(SLICE);
    for (;;) {
      let count = 0;
      try {
        for await (const found of this.slice<F>(collection, slices, options)) {
          const batch = found.map(read);
          const last = batch.at(-1);
          if (!last) break;
          slices.reached(last._id);
          count += batch.length;
          yield batch;
        }
      } catch (error) {
        if (!slices.canBeCut || !isTimeExpired(error)) throw error;
        slices.cut();
        continue;
      }
      if (slices.isLast) return;
      slices.passed(count);
    }
  }

  /** Batches of the slice. A store that was away is asked for what is left of it. */
  private async *slice<F>(
    collection: string,
    slices: KeySlices,
    options: mongoose.mongo.FindOptions,
  ): AsyncGenerator<F[]> {
    const open: { cursor: Cursor<F> | null } = { cursor: null };
    const next = async (): Promise<F[]> => {
      const cursor = (open.cursor ??= this.open<F>(collection, slices, options));
      try {
        return await this.mongo.run('reconciliation.walk', async () =>
          (await cursor.hasNext()) ? cursor.readBufferedDocuments() : [],
        );
      } catch (error) {
        open.cursor = null;
        throw error;
      }
    };
    try {
      for (let batch = await persistently(next); batch.length > 0; batch = await persistently(next))
        yield batch;
    } finally {
      await open.cursor?.close();
    }
  }

  private open<F>(
    collection: string,
    { range, canBeCut }: KeySlices,
    options: mongoose.mongo.FindOptions,
  ): Cursor<F> {
    const within = canBeCut ? { maxTimeMS: SLICE_MS } : {};
    return this.collection(collection).find<Found<F>>(
      { _id: range },
      { ...options, sort: { _id: 1 }, batchSize: BATCH, ...within },
    );
  }

  private collection(name: string): mongoose.mongo.Collection<{ _id: string }> {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return db.collection<{ _id: string }>(name);
  }
}

const isTimeExpired = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === TIME_EXPIRED;

/** Whether these bytes say just what `document` says, in the same order. If not, they may still say the same. */
export const isSealed = ({ bytes }: SealedDocument, document: FoundDocument): boolean =>
  bytes.equals(serialize(document));

export const opened = ({ bytes }: SealedDocument): FoundDocument => deserialize(bytes) as FoundDocument;

const KEY_ELEMENT = Buffer.from('\u0002_id\0');
const KEY_AT = 4;
const LENGTH_AT = KEY_AT + KEY_ELEMENT.length;

/** The key is the first element: its type (a text) and name, the length of the text, the text and a zero. */
function keyOf(bytes: Buffer): string {
  if (!bytes.subarray(KEY_AT, LENGTH_AT).equals(KEY_ELEMENT)) return String(deserialize(bytes)['_id']);
  const textAt = LENGTH_AT + 4;
  return bytes.toString('utf8', textAt, textAt + bytes.readInt32LE(LENGTH_AT) - 1);
}
