import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { isServerWide } from '../../stores/mongo/mongo-errors.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { Declarations } from '../declarations.js';
import type { ProjectedWrite } from './projection.js';
import { isApplied, operationOf, settledOperation, targetOf, tracesOf } from './write-operations.js';

/** The first write of a sequence that MongoDB refused. The writes before it are applied, those after it are not. */
export interface RefusedWrite {
  index: number;
  error: Error;
}

type Collection = mongoose.mongo.Collection<{ _id: string }>;
type Operation = mongoose.mongo.AnyBulkWriteOperation<{ _id: string }>;
type FoundTarget = Readonly<Record<string, unknown>> & { readonly _id: string };

const DUPLICATE_KEY = 11_000;

/** How often an upsert is tried that loses against another upsert of the same document. */
const UPSERT_ATTEMPTS = 5;

interface PlacedWrite {
  write: ProjectedWrite;
  index: number;
}

/** Applies projected writes in their order, as one `bulkWrite`. It may be repeated after any failure. */
@Injectable()
export class ProjectedDocuments {
  constructor(
    private readonly mongo: Mongo,
    private readonly declarations: Declarations,
  ) {}

  /**
   * All `writes` are for one collection. Null: all are applied. Rejects with `StoreUnavailable` if MongoDB does not
   * answer; some may be applied then.
   */
  async write(collectionName: string, writes: readonly ProjectedWrite[]): Promise<RefusedWrite | null> {
    const collection = this.mongo.collection(collectionName);
    let todo = writes.map((write, index) => ({ write, index }));
    const lost = { index: -1, times: 0 };
    while (todo.length > 0) {
      const refused = await this.attempt(
        collection,
        todo.map(({ write }) => write),
      );
      if (!refused) return null;
      const rest = todo.slice(refused.index);
      const at = rest[0];
      if (!at) throw refused.error;
      const failure = { index: at.index, error: refused.error };
      if (!isDuplicate(refused.error)) return failure;
      const { applied, hasTarget } = await this.appliedOf(collection, rest);
      if (!applied.has(at)) {
        // Either the document appeared between the lookup and the insert of an upsert, or another unique key is taken.
        if (this.countsAsStored(at.write)) applied.add(at);
        else if (!hasTarget(at.write)) return failure;
        lost.times = lost.index === at.index ? lost.times + 1 : 1;
        lost.index = at.index;
        if (lost.times === UPSERT_ATTEMPTS) return failure;
      }
      // On a repeat, the next attempt leaves out what is there already.
      todo = rest.filter((placed) => !applied.has(placed));
    }
    return null;
  }

  /**
   * Removes the ids `by` of `applyOnce` writes that cannot be repeated any more, by derived document. Rejects with
   * `StoreUnavailable`.
   */
  async settle(collectionName: string, ids: ReadonlyMap<string, readonly string[]>): Promise<void> {
    const operations = [...ids].map(([_id, applied]) => settledOperation(_id, applied));
    await this.mongo.run('bulkWrite', () =>
      this.mongo.collection(collectionName).bulkWrite(operations as Operation[], { ordered: false }),
    );
  }

  /** Whether the collection treats a duplicate as the same document sent again. */
  private countsAsStored(write: ProjectedWrite): boolean {
    const owned = this.declarations.collections.find(({ name }) => name === write.collection);
    return 'insert' in write && owned?.duplicates === 'stored';
  }

  private async attempt(
    collection: Collection,
    writes: readonly ProjectedWrite[],
  ): Promise<RefusedWrite | null> {
    if (writes.length === 0) return null;
    try {
      await this.mongo.run('bulkWrite', () =>
        collection.bulkWrite(writes.map(operationOf) as Operation[], { ordered: true }),
      );
      return null;
    } catch (error) {
      const refused = refusedWrite(error);
      if (refused && isServerWide(refused.error.code))
        throw new StoreUnavailable('mongodb', { cause: error });
      if (refused) return refused;
      if (error instanceof StoreUnavailable) throw error;
      return this.attemptHalves(collection, writes, error);
    }
  }

  /**
   * For an error that names no write, such as a document that cannot be sent, or a connection that ended in a way for
   * which the driver has no class. Asks the server whether it is reachable. If it is, halves the sequence until the
   * one write is found.
   */
  private async attemptHalves(
    collection: Collection,
    writes: readonly ProjectedWrite[],
    cause: unknown,
  ): Promise<RefusedWrite | null> {
    if (!(await this.mongo.liveness.check())) throw new StoreUnavailable('mongodb', { cause });
    if (writes.length === 1) return { index: 0, error: asError(cause) };
    const middle = Math.ceil(writes.length / 2);
    const refused = await this.attempt(collection, writes.slice(0, middle));
    // If a half was applied before the error, its writes can only be refused as duplicates, which `write` handles.
    if (refused) return refused;
    const later = await this.attempt(collection, writes.slice(middle));
    return later && { index: middle + later.index, error: later.error };
  }

  private async appliedOf(
    collection: Collection,
    placed: readonly PlacedWrite[],
  ): Promise<{ applied: Set<PlacedWrite>; hasTarget: (write: ProjectedWrite) => boolean }> {
    const ids = [...new Set(placed.flatMap(({ write }) => targetOf(write) ?? []))];
    const traces = placed.flatMap(({ write }) => tracesOf(write));
    const projection = Object.fromEntries(['_id', ...traces].map((field) => [field, 1]));
    const found = await this.mongo.run('find', () =>
      collection.find<FoundTarget>({ _id: { $in: ids } }, { projection }).toArray(),
    );
    const targets = new Map(found.map((document) => [document._id, document]));
    const targetFor = (write: ProjectedWrite) => targets.get(targetOf(write) ?? '');
    const applied = placed.filter(({ write }) => {
      const target = targetFor(write);
      return target !== undefined && isApplied(write, target);
    });
    // An upsert by a key names no document, so a retry has to show whether another upsert was faster.
    const hasTarget = (write: ProjectedWrite): boolean =>
      'updateMany' in write ? (write.updateMany.upsert ?? false) : targetFor(write) !== undefined;
    return { applied: new Set(applied), hasTarget };
  }
}

const asError = (cause: unknown): Error => (cause instanceof Error ? cause : new Error(String(cause)));

const isDuplicate = (error: Error): boolean => 'code' in error && error.code === DUPLICATE_KEY;

function refusedWrite(error: unknown): { index: number; error: Error & { code: unknown } } | null {
  if (!(error instanceof mongoose.mongo.MongoBulkWriteError)) return null;
  const first = [error.writeErrors].flat()[0];
  if (!first) return null;
  return {
    index: first.index,
    error: Object.assign(new Error(first.errmsg ?? error.message), { code: first.code }),
  };
}
