import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { newId } from '../../common/ids/ids.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { PendingEffect } from './effect.js';
import { type CarriedEffect, type EffectOutcome, recordOf } from './effect-outcome.js';
import { EffectSettlement } from './effect-settlement.js';
import { EffectTuning } from './effect-tuning.js';

/** The fields of a document that carries effects. */
interface CarryingDocument {
  _id: string;
  pending?: PendingEffect[];
  removed_at?: Date;
}

/** The undelivered effects, in the documents that carry them. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class PendingEffects {
  constructor(
    private readonly mongo: Mongo,
    private readonly settlement: EffectSettlement,
    private readonly tuning: EffectTuning,
  ) {}

  /**
   * Claims effects that no request and no other relay is about to apply, of at most one batch of documents. The claim
   * lasts `claimMs`.
   */
  async claim(collection: OwnedCollection, now: Date): Promise<CarriedEffect[]> {
    const ids = await this.due(collection, now);
    if (ids.length === 0) return [];
    const claim = newId();
    const applyBeforeMs = performance.now() + this.tuning.claimMs - this.tuning.claimReserveMs;
    const found = await this.mongo.run('effects.claim', async () => {
      const documents = this.collection(collection);
      const until = new Date(now.getTime() + this.tuning.claimMs);
      await documents.updateMany(
        { _id: { $in: ids }, pending: { $elemMatch: { due_at: { $lte: now } } } },
        { $set: { 'pending.$[due].due_at': until, 'pending.$[due].claimed_by': claim } },
        { arrayFilters: [{ 'due.due_at': { $lte: now } }] },
      );
      return documents.find({ _id: { $in: ids } }, { projection: { pending: 1, removed_at: 1 } }).toArray();
    });
    return found.flatMap(({ _id, pending = [], removed_at: removedAt }) =>
      pending
        .filter(({ claimed_by: by }) => by === claim)
        .map((effect) => ({
          ...{ collection, documentId: _id, effect, applyBeforeMs },
          isDeleted: removedAt instanceof Date,
        })),
    );
  }

  private async due(collection: OwnedCollection, now: Date): Promise<string[]> {
    const found = await this.mongo.run('effects.due', () =>
      this.collection(collection)
        .find(
          { 'pending._id': { $gt: '' }, pending: { $elemMatch: { due_at: { $lte: now } } } },
          { projection: { _id: 1 }, limit: this.tuning.batchSize },
        )
        .toArray(),
    );
    return found.map(({ _id }) => _id);
  }

  /**
   * Records each effect once, even if several processes do so, because each update requires that the effect is as it
   * was read.
   */
  async record(outcomes: readonly EffectOutcome[], now: Date): Promise<void> {
    for (const [collection, group] of Map.groupBy(outcomes, (outcome) => outcome.collection)) {
      const operations = group.flatMap((outcome) => {
        const update = recordOf(outcome, now, this.tuning);
        const { _id, attempts } = outcome.effect;
        const isUnchanged = outcome.kind === 'failed' ? { _id, attempts } : { _id };
        const filter = { _id: outcome.documentId, pending: { $elemMatch: isUnchanged } };
        return update ? [{ updateOne: { filter, update } }] : [];
      });
      if (operations.length === 0) continue;
      await this.mongo.run('effects.record', () =>
        this.collection(collection).bulkWrite(operations as Operation[], { ordered: false }),
      );
      this.settlement.add(group.flatMap((outcome) => ('counted' in outcome ? outcome.counted : [])));
      const deleted = group.filter(({ isDeleted }) => isDeleted).map(({ documentId }) => documentId);
      if (deleted.length > 0) await this.remove(collection, { _id: { $in: deleted } });
    }
  }

  /** Removes deleted documents whose effects are applied, if neither a request nor a relay has removed them. */
  async removeDeleted(collection: OwnedCollection): Promise<void> {
    await this.remove(collection, {});
  }

  private async remove(collection: OwnedCollection, which: Readonly<Record<string, unknown>>): Promise<void> {
    const isDone = {
      removed_at: { $gt: new Date(0) },
      'pending.0': { $exists: false },
      'dead_letters.0': { $exists: false },
    };
    await this.mongo.run('effects.remove', () =>
      this.collection(collection).deleteMany({ ...isDone, ...which }),
    );
  }

  private collection({ name }: OwnedCollection): mongoose.mongo.Collection<CarryingDocument> {
    return this.mongo.collection<CarryingDocument>(name);
  }
}

type Operation = mongoose.mongo.AnyBulkWriteOperation<CarryingDocument>;
