import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { BATCH } from './check.js';
import type { FoundDocument, KeyedDocument } from './documents.mongo.repository.js';
import { type KeyRange, KeySlices } from './key-slices.js';
import { persistently } from './persistently.js';
import { readAhead } from '../read-ahead.js';

/** A document as bytes. Only its key has been parsed. */
export interface UnparsedDocument {
  readonly _id: string;
  readonly bytes: Buffer;
}

/** A summary of the documents in a range of keys. */
export interface Overview {
  keys: KeyRange;
  /** The number of documents; a lower bound if there are no examples. */
  count: number;
  /** One document for each combination of values. Null: there are too many combinations for one query. */
  examples: readonly KeyedDocument[] | null;
}

/** A combination of values as the server returns it, with the greatest values of the other requested fields. */
interface Group extends Readonly<Record<string, unknown>> {
  _id: Readonly<Record<string, unknown>>;
  count: number;
  key: string;
}

/** Some of the keys. `canBeCut`: into smaller parts, if reading it takes too long. */
type Part = Pick<KeySlices, 'range' | 'canBeCut'>;
type WalkedDocument<T> = T & mongoose.mongo.Document;
type Cursor<T> = mongoose.mongo.FindCursor<WalkedDocument<T>>;

/** Some servers hold a whole slice in memory until it is read. */
const SLICE = 4_000;
/** Several times the duration of a normal slice. */
const SLICE_MS = 250;
const TIME_EXPIRED = 50;
/** The limit of one overview. More examples would be no shorter than the documents themselves. */
const MAX_EXAMPLES = 10_000;

const { deserialize, serialize } = mongoose.mongo.BSON;

/** Reads every document of a collection whose key is text, in the order of keys and in batches. */
@Injectable()
export class DocumentWalk {
  constructor(private readonly mongo: Mongo) {}

  /**
   * Summaries of all documents, range by range, in a small part of the time that reading them takes. An example
   * represents all documents with the same values of `same`. It has the greatest key of them, and for each field of
   * `greatest` the greatest value, which may come from different documents.
   */
  overviews(
    collection: string,
    fields: { same: readonly string[]; greatest?: readonly string[] },
    since: Date | null = null,
  ): AsyncGenerator<Overview> {
    const { same, greatest = [] } = fields;
    return readAhead(
      this.overlook(collection, since, {
        _id: Object.fromEntries(same.map((field) => [field, `$${field}`])),
        count: { $sum: 1 },
        key: { $max: '$_id' },
        ...Object.fromEntries(greatest.map((field) => [field, { $max: `$${field}` }])),
      }),
    );
  }

  /** Every document of the range, with these fields only. */
  async *within(
    collection: string,
    fields: readonly string[],
    keys: KeyRange,
  ): AsyncGenerator<KeyedDocument[]> {
    const projection = Object.fromEntries(fields.map((field) => [field, 1]));
    const left = { range: keys, canBeCut: false };
    for await (const documents of this.slice<KeyedDocument>(collection, left, { projection })) {
      const last = documents.at(-1);
      if (last) left.range = { ...keys, $gt: last._id };
      yield documents;
    }
  }

  /** Whole documents. `since`: only those whose key was made then or later. */
  unparsed(collection: string, since: Date | null = null): AsyncGenerator<UnparsedDocument[]> {
    return readAhead(this.walk(collection, since));
  }

  private async *walk(collection: string, since: Date | null): AsyncGenerator<UnparsedDocument[]> {
    const slices = new KeySlices(SLICE, since?.getTime());
    for (;;) {
      let count = 0;
      try {
        for await (const found of this.slice<Buffer>(collection, slices, { raw: true })) {
          const batch = found.map((bytes) => ({ _id: keyOf(bytes), bytes }));
          const last = batch.at(-1);
          if (!last) break;
          slices.reached(last._id);
          count += batch.length;
          yield batch;
        }
      } catch (error) {
        cutAfter(error, slices);
        continue;
      }
      if (slices.isLast) return;
      slices.passed(count);
    }
  }

  private async *overlook(
    collection: string,
    since: Date | null,
    group: mongoose.mongo.BSON.Document,
  ): AsyncGenerator<Overview> {
    const slices = new KeySlices(SLICE, since?.getTime());
    for (;;) {
      const { range } = slices;
      let overview: Overview;
      try {
        overview = overviewOf(range, await persistently(() => this.groups(collection, slices, group)));
      } catch (error) {
        cutAfter(error, slices);
        continue;
      }
      yield overview;
      if (range.$lte === undefined) return;
      slices.reached(range.$lte);
      slices.passed(overview.count);
    }
  }

  private groups(collection: string, part: Part, group: mongoose.mongo.BSON.Document): Promise<Group[]> {
    const pipeline = [{ $match: { _id: part.range } }, { $group: group }, { $limit: MAX_EXAMPLES + 1 }];
    return this.mongo.run('reconciliation.overview', () =>
      this.collection(collection)
        .aggregate<Group>(pipeline, { batchSize: MAX_EXAMPLES + 1, ...boundOf(part) })
        .toArray(),
    );
  }

  /** Batches of the part. After a store was away, continues with the rest of the part. */
  private async *slice<F>(
    collection: string,
    part: Part,
    options: mongoose.mongo.FindOptions,
  ): AsyncGenerator<F[]> {
    const open: { cursor: Cursor<F> | null } = { cursor: null };
    const next = async (): Promise<F[]> => {
      const cursor = (open.cursor ??= this.open<F>(collection, part, options));
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

  private open<F>(collection: string, part: Part, options: mongoose.mongo.FindOptions): Cursor<F> {
    return this.collection(collection).find<WalkedDocument<F>>(
      { _id: part.range },
      { ...options, sort: { _id: 1 }, batchSize: BATCH, ...boundOf(part) },
    );
  }

  private collection(name: string): mongoose.mongo.Collection<{ _id: string }> {
    return this.mongo.collection<{ _id: string }>(name);
  }
}

/** The server ends a query that takes longer than a slice should. */
const boundOf = ({ canBeCut }: Part): { maxTimeMS?: number } => (canBeCut ? { maxTimeMS: SLICE_MS } : {});

function overviewOf(keys: KeyRange, groups: readonly Group[]): Overview {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  if (groups.length > MAX_EXAMPLES) return { keys, count, examples: null };
  return {
    keys,
    count,
    examples: groups.map(({ _id, count: _, key, ...greatest }) => ({ ..._id, ...greatest, _id: key })),
  };
}

function cutAfter(error: unknown, slices: KeySlices): void {
  if (!slices.canBeCut || !isTimeExpired(error)) throw error;
  slices.cut();
}

const isTimeExpired = (error: unknown): boolean =>
  error instanceof mongoose.mongo.MongoServerError && error.code === TIME_EXPIRED;

/** Whether these bytes contain exactly `document`, in the same order. If not, they may still be equal in meaning. */
export const hasBytesOf = ({ bytes }: UnparsedDocument, document: FoundDocument): boolean =>
  bytes.equals(serialize(document));

export const parsed = ({ bytes }: UnparsedDocument): FoundDocument => deserialize(bytes) as FoundDocument;

const KEY_ELEMENT = Buffer.from('\u0002_id\0');
const KEY_AT = 4;
const LENGTH_AT = KEY_AT + KEY_ELEMENT.length;

/** The key is the first element: its type (a text) and name, the length of the text, the text, and a zero byte. */
function keyOf(bytes: Buffer): string {
  if (!bytes.subarray(KEY_AT, LENGTH_AT).equals(KEY_ELEMENT)) return String(deserialize(bytes)['_id']);
  const textAt = LENGTH_AT + 4;
  return bytes.toString('utf8', textAt, textAt + bytes.readInt32LE(LENGTH_AT) - 1);
}
