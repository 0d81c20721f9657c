import { Injectable } from '@nestjs/common';

import type { Position } from '../../common/http/page.js';
import { Clock } from '../../common/time/clock.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { DeadLetter, DeadLetterDetail, DeadLetterQueue } from '../dead-letters/dead-letter.js';
import type { DeadEffect, PendingEffect } from './effect.js';
import { EffectCollections } from './effect-collections.js';
import { EffectWakeup } from './effect-wakeup.js';

interface DeadDocument {
  _id: string;
  dead_letters?: DeadEffect[];
  pending?: PendingEffect[];
}

interface DeadRecord {
  collection: OwnedCollection;
  documentId: string;
  effect: DeadEffect;
}

/** How many documents of one collection a list examines. */
const DOCUMENTS = 2_000;
const IS_DEAD = { 'dead_letters._id': { $gt: '' } };

/**
 * The dead letters among the effects, in the documents that carry them. They cannot be listed while MongoDB is away.
 */
@Injectable()
export class EffectDeadLetters implements DeadLetterQueue {
  constructor(
    private readonly mongo: Mongo,
    private readonly collections: EffectCollections,
    private readonly wakeup: EffectWakeup,
    private readonly clock: Clock,
  ) {}

  async list(limit: number, before: Position | null): Promise<DeadLetter[]> {
    const isBefore = before
      ? ({ deadAt, id }: DeadLetter) => deadAt < before.at || (+deadAt === +before.at && id < before.id)
      : () => true;
    const records = await this.whileThere([], () => this.records(IS_DEAD));
    return records.map(letterOf).filter(isBefore).sort(newestFirst).slice(0, limit);
  }

  async find(id: string): Promise<DeadLetterDetail | null> {
    const records = await this.whileThere([], () => this.records({ 'dead_letters._id': id }));
    const record = records.find(({ effect }) => effect._id === id);
    if (!record) return null;
    const { actor_id: actorUserId, api_key_id: actorApiKeyId, payload } = record.effect;
    return { ...letterOf(record), actorUserId, actorApiKeyId, subjectUserId: null, payload };
  }

  async knows(id: string): Promise<boolean> {
    const filter = { $or: [{ 'dead_letters._id': id }, { 'pending._id': id }] };
    return this.whileThere(false, async () => {
      for (const collection of this.collections.all) {
        if (await this.mongo.run('effects.known', () => this.documents(collection).findOne(filter)))
          return true;
      }
      return false;
    });
  }

  async retry(ids: readonly string[] | 'all'): Promise<number> {
    const revived = await this.whileThere(0, async () => {
      const records = await this.records(ids === 'all' ? IS_DEAD : { 'dead_letters._id': { $in: [...ids] } });
      let count = 0;
      for (const record of records.filter(({ effect }) => ids === 'all' || ids.includes(effect._id)))
        count += await this.revive(record);
      return count;
    });
    if (revived > 0) this.wakeup.wake();
    return revived;
  }

  /** Keeps which of its writes are applied, so that those are not repeated. */
  private async revive({ collection, documentId, effect }: DeadRecord): Promise<number> {
    const { dead_at: _deadAt, ...rest } = effect;
    const pending: PendingEffect = { ...rest, attempts: 0, due_at: this.clock.now() };
    const { modifiedCount } = await this.mongo.run('effects.revive', () =>
      this.documents(collection).updateOne(
        { _id: documentId, 'dead_letters._id': effect._id },
        { $pull: { dead_letters: { _id: effect._id } }, $push: { pending } },
      ),
    );
    return modifiedCount;
  }

  private async records(filter: Readonly<Record<string, unknown>>): Promise<DeadRecord[]> {
    const records: DeadRecord[] = [];
    for (const collection of this.collections.all) {
      const found = await this.mongo.run('effects.dead', () =>
        this.documents(collection)
          .find(filter, { projection: { dead_letters: 1 }, limit: DOCUMENTS })
          .toArray(),
      );
      for (const { _id, dead_letters: dead = [] } of found)
        records.push(...dead.map((effect) => ({ collection, documentId: _id, effect })));
    }
    return records;
  }

  /** While MongoDB is away, returns `otherwise`, so that the dead letters of the other queues can still be seen. */
  private async whileThere<T>(otherwise: T, ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (error instanceof StoreUnavailable) return otherwise;
      throw error;
    }
  }

  private documents({ name }: OwnedCollection) {
    return this.mongo.collection<DeadDocument>(name);
  }
}

const letterOf = ({ collection, documentId, effect }: DeadRecord): DeadLetter => ({
  source: 'effects',
  id: effect._id,
  type: effect.kind,
  aggregate: `${collection.name}:${documentId}`,
  orgId: effect.organization_id,
  attempts: effect.attempts,
  lastError: effect.last_error,
  recordedAt: effect.at,
  deadAt: effect.dead_at,
});

const newestFirst = (a: DeadLetter, b: DeadLetter): number =>
  b.deadAt.getTime() - a.deadAt.getTime() || (a.id < b.id ? 1 : -1);
