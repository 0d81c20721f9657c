import { Injectable } from '@nestjs/common';

import { NOT_CARRIED, PRESENT } from '../../flows/effects/carrying.js';
import { BATCH } from '../../flows/reconciliation/check.js';
import { persistently } from '../../flows/reconciliation/persistently.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { MOODS_COLLECTION, type StoredMood } from './mood.js';

/** The moods of every organisation, for comparisons. */
@Injectable()
export class ComparedMoods {
  constructor(private readonly mongo: Mongo) {}

  /** In the order of their ids; only moods whose field contains a text. */
  async *having(field: 'category_id' | 'note'): AsyncGenerator<StoredMood[]> {
    let after = '';
    for (;;) {
      const from = after;
      const found = await this.ask(() =>
        this.moods()
          .find({ _id: { $gt: from }, [field]: { $type: 'string' }, ...PRESENT }, { projection: NOT_CARRIED })
          .sort({ _id: 1 })
          .limit(BATCH)
          .toArray(),
      );
      const last = found.at(-1);
      if (!last) return;
      yield found;
      after = last._id;
    }
  }

  /** Their present state. Moods that have been removed are left out. */
  again(ids: readonly string[]): Promise<StoredMood[]> {
    return this.ask(() =>
      this.moods()
        .find({ _id: { $in: [...ids] }, ...PRESENT }, { projection: NOT_CARRIED })
        .toArray(),
    );
  }

  /** Removes the category from a mood that still names it. */
  async withoutCategory({ _id, category_id }: StoredMood): Promise<void> {
    await this.ask(() =>
      this.moods().updateOne({ _id, category_id }, { $set: { category_id: null }, $inc: { version: 1 } }),
    );
  }

  private ask<T>(read: () => Promise<T>): Promise<T> {
    return persistently(() => this.mongo.run('compared_moods', read));
  }

  private moods() {
    return this.mongo.collection<StoredMood>(MOODS_COLLECTION);
  }
}
