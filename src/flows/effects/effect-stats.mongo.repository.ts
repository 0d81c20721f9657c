import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { EffectCollections } from './effect-collections.js';

/** Counts over the effects of all documents. */
export interface EffectSnapshot {
  /** Documents with effects that are not applied yet. */
  pending: number;
  /** Documents with dead letters. */
  deadLetters: number;
}

/** Figures for the metrics. */
@Injectable()
export class EffectStats {
  constructor(
    private readonly mongo: Mongo,
    private readonly collections: EffectCollections,
  ) {}

  /** Rejects with `StoreUnavailable` where MongoDB does not answer. */
  async snapshot(): Promise<EffectSnapshot> {
    const snapshot = { pending: 0, deadLetters: 0 };
    for (const { name } of this.collections.all) {
      snapshot.pending += await this.count(name, 'pending._id');
      snapshot.deadLetters += await this.count(name, 'dead_letters._id');
    }
    return snapshot;
  }

  private count(name: string, field: string): Promise<number> {
    return this.mongo.run('effects.count', () =>
      this.mongo.collection(name).countDocuments({ [field]: { $gt: '' } }),
    );
  }
}
