import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { Document } from '../projections/projection.js';

const DUPLICATE_KEY = 11_000;

/**
 * The outcome of one document. `isEarlier`: an earlier attempt has inserted it. `known`: the same document is stored
 * under another `_id`; null if that one is removed again.
 */
export type Deduplicated =
  | { kind: 'inserted'; isEarlier: boolean }
  | { kind: 'known'; id: string | null }
  | { kind: 'refused'; error: Error };

/** Inserts documents of collections in which a duplicate counts as stored (`OwnedCollection.duplicates`). */
@Injectable()
export class DeduplicatedDocuments {
  constructor(private readonly mongo: Mongo) {}

  /**
   * One unordered write for all documents, however many of them are stored already, and an outcome for each in their
   * order. Of duplicates within `documents`, one is inserted. Rejects with `StoreUnavailable`; some may be inserted
   * then.
   */
  async insert(owned: OwnedCollection, documents: readonly Document[]): Promise<Deduplicated[]> {
    const errors = await this.attempt(owned.name, documents);
    const duplicates = documents.filter((_, index) => isDuplicate(errors.get(index)));
    const own = await this.present(owned.name, duplicates);
    const known = await this.idsOf(
      owned,
      duplicates.filter(({ _id }) => !own.has(_id)),
    );
    return documents.map(({ _id }, index): Deduplicated => {
      const error = errors.get(index);
      if (!error) return { kind: 'inserted', isEarlier: false };
      if (own.has(_id)) return { kind: 'inserted', isEarlier: true };
      if (isDuplicate(error)) return { kind: 'known', id: known.get(_id) ?? null };
      return { kind: 'refused', error };
    });
  }

  /** The errors of refused documents, by their index. */
  private async attempt(name: string, documents: readonly Document[]): Promise<Map<number, Error>> {
    const operations = documents.map((document) => ({ insertOne: { document: { ...document } } }));
    try {
      await this.mongo.run('bulkWrite', () =>
        this.mongo.collection(name).bulkWrite(operations, { ordered: false }),
      );
      return new Map();
    } catch (error) {
      if (error instanceof StoreUnavailable) throw error;
      return error instanceof mongoose.mongo.MongoBulkWriteError
        ? new Map([error.writeErrors].flat().map((each) => [each.index, errorOf(each)]))
        : this.attemptEach(name, documents);
    }
  }

  /** For an error that names no write, such as a document that cannot be sent. */
  private async attemptEach(name: string, documents: readonly Document[]): Promise<Map<number, Error>> {
    const errors = new Map<number, Error>();
    for (const [index, document] of documents.entries()) {
      try {
        await this.mongo.run('insert', () => this.mongo.collection(name).insertOne({ ...document }));
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error;
        errors.set(index, error instanceof Error ? error : new Error(String(error)));
      }
    }
    return errors;
  }

  private async present(name: string, documents: readonly Document[]): Promise<ReadonlySet<string>> {
    if (documents.length === 0) return new Set();
    const ids = documents.map(({ _id }) => _id);
    const found = await this.mongo.run('find', () =>
      this.mongo
        .collection(name)
        .find({ _id: { $in: ids } }, { projection: { _id: 1 } })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  /** The `_id` of the stored document for each of `duplicates`, by the `_id` of the duplicate. */
  private async idsOf(owned: OwnedCollection, duplicates: readonly Document[]): Promise<Map<string, string>> {
    const ids = new Map<string, string>();
    for (const fields of uniqueKeysOf(owned)) {
      const open = duplicates.filter(({ _id }) => !ids.has(_id));
      const stored = await this.byKey(owned.name, fields, open);
      for (const document of open) {
        const id = stored.get(valuesOf(fields, document));
        if (id !== undefined) ids.set(document._id, id);
      }
    }
    return ids;
  }

  /** One query for all documents whose keys differ only in the last field. */
  private async byKey(
    name: string,
    fields: readonly string[],
    documents: readonly Document[],
  ): Promise<Map<string, string>> {
    const [last = '_id', ...others] = fields.toReversed();
    const projection = Object.fromEntries([...fields, '_id'].map((field) => [field, 1]));
    const stored = new Map<string, string>();
    for (const group of Map.groupBy(documents, (document) => valuesOf(others, document)).values()) {
      const shared = Object.fromEntries(others.map((field) => [field, group[0]?.[field]]));
      const filter = { ...shared, [last]: { $in: group.map((document) => document[last]) } };
      const found = await this.mongo.run('find', () =>
        this.mongo
          .collection<{ _id: string } & Document>(name)
          .find(filter as object, { projection })
          .toArray(),
      );
      for (const document of found) stored.set(valuesOf(fields, document), document._id);
    }
    return stored;
  }
}

const uniqueKeysOf = ({ schema }: OwnedCollection): string[][] =>
  schema
    .indexes()
    .filter(([, options]) => 'unique' in options && options.unique === true)
    .map(([keys]) => Object.keys(keys));

const valuesOf = (fields: readonly string[], document: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(fields.map((field) => document[field]));

const isDuplicate = (error: Error | undefined): boolean =>
  error !== undefined &&
  (('code' in error && error.code === DUPLICATE_KEY) || violatedUniqueIndex(error) !== null);

const errorOf = ({ code, errmsg }: mongoose.mongo.WriteError): Error =>
  Object.assign(new Error(errmsg ?? `MongoDB refused a document with ${code}`), { code });
