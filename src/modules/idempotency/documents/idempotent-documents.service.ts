import { Injectable } from '@nestjs/common';

import type { OwnedCollection } from '../../../flows/collections/owned-collection.js';
import { carrying } from '../../../flows/effects/carrying.js';
import type { Effect } from '../../../flows/effects/effect.js';
import { Effects } from '../../../flows/effects/effects.js';
import { IdempotencyKeyReused, IdempotentRequestUnderWay } from '../idempotency.errors.js';
import { IdempotencyRecords } from './idempotency-records.mongo.repository.js';
import type { IdempotentRequest } from './idempotent-request.js';

/** More than one is needed only if the document of an earlier request is deleted meanwhile. */
const ATTEMPTS = 3;

/** Creates documents that MongoDB owns, each together with its effects and the record of its `Idempotency-Key`. */
@Injectable()
export class IdempotentDocuments {
  constructor(
    private readonly records: IdempotencyRecords,
    private readonly effects: Effects,
  ) {}

  /**
   * One insert. Returns the stored document. If an earlier request used the same key, that is the document of that
   * request (`request.isRepeated`), without any further effect. Rejects with `IdempotencyKeyReused`, and with the
   * error of MongoDB if another unique key is taken (`violatedUniqueIndex`).
   */
  async create<T extends { _id: string }>(
    collection: OwnedCollection,
    document: T,
    effects: readonly Effect[],
    request: IdempotentRequest | null,
  ): Promise<T> {
    const carrier = carrying(document, ...effects);
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (await this.records.insert(collection.name, carrier, request)) {
        await this.effects.deliver(collection, document._id, effects);
        return document;
      }
      const first = request && (await this.earlier<T>(collection.name, request));
      if (first) return first;
    }
    throw new IdempotentRequestUnderWay();
  }

  /**
   * For a request that changes nothing: its document keeps the record all the same, so that the key cannot be used for another
   * request. Rejects with `IdempotencyKeyReused`.
   */
  async note(collection: string, id: string, request: IdempotentRequest | null): Promise<void> {
    if (request && !(await this.records.add(collection, id, request)))
      await this.earlier(collection, request);
  }

  /**
   * The document that an earlier request with this key has written; null where there is none. Asked before a write that may
   * change a document as well as make one. Rejects with `IdempotencyKeyReused`.
   */
  async earlier<T>(collection: string, request: IdempotentRequest): Promise<T | null> {
    const record = await this.records.find(collection, request);
    if (!record) return null;
    if (record.fingerprint !== request.record.fingerprint) throw new IdempotencyKeyReused();
    const document = await this.records.document(collection, request);
    if (document) request.isRepeated = true;
    return document as T | null;
  }
}
