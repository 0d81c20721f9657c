import { Injectable } from '@nestjs/common';

import { deletedWith, NOT_CARRIED, PRESENT, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { within } from '../../stores/mongo/page-query.js';
import { Pages } from '../../stores/mongo/pages.js';
import { type CountedMood } from './mood-sums.js';
import { MOODS_COLLECTION, type StoredMood } from './mood.js';

/** `from` inclusive, `to` exclusive. */
export interface Moments {
  from?: Date;
  to?: Date;
}

/** A batch is parsed in one go, while every other request waits. */
const PARSED_AT_ONCE = 1_000;

type Fields = Partial<Pick<StoredMood, 'category_id' | 'intensity' | 'factors' | 'note' | 'recorded_at'>>;

/** Mood entries, through the driver. Rejects with `StoreUnavailable`. */
@Injectable()
export class MoodsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  find(orgId: string, userId: string, id: string): Promise<StoredMood | null> {
    return this.mongo.run('find', () =>
      this.moods().findOne(
        { _id: id, organization_id: orgId, user_id: userId, ...PRESENT },
        { projection: NOT_CARRIED },
      ),
    );
  }

  /** Those of the ids that are moods of this person. */
  async owned(orgId: string, userId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.mongo.run('find', () =>
      this.moods()
        .find({ _id: { $in: [...ids] }, organization_id: orgId, user_id: userId, ...PRESENT })
        .project<{ _id: string }>({ _id: 1 })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  /** Newest first by `recorded_at`, from `after` on. */
  list(
    orgId: string,
    userId: string,
    moments: Moments,
    limit: number,
    after: readonly [Date, string] | null,
  ): Promise<StoredMood[]> {
    return this.pages.newest<StoredMood>(MOODS_COLLECTION, {
      filter: { organization_id: orgId, user_id: userId, ...PRESENT },
      sort: ['recorded_at', '_id'],
      after,
      ...moments,
      limit,
      projection: NOT_CARRIED,
    });
  }

  /** The values for averages, in no order. */
  counted(orgId: string, userId: string, from: Date, to: Date, limit: number): Promise<CountedMood[]> {
    return this.mongo.run('find', () =>
      this.moods()
        .find({
          organization_id: orgId,
          user_id: userId,
          ...PRESENT,
          ...within('recorded_at', from, to),
        })
        .project<CountedMood>({ _id: 0, recorded_at: 1, intensity: 1, factors: 1 })
        .limit(limit)
        .batchSize(PARSED_AT_ONCE)
        .toArray(),
    );
  }

  /** Changes a mood that still has its version. Null if another request has changed it first. */
  change(
    { _id, organization_id, user_id, version }: StoredMood,
    fields: Fields & { updated_at: Date },
    effects: readonly Effect[],
  ): Promise<StoredMood | null> {
    return this.mongo.run('findOneAndUpdate', () =>
      this.moods().findOneAndUpdate(
        { _id, organization_id, user_id, version, ...PRESENT },
        withEffects({ $set: { ...fields, version: version + 1 } }, ...effects),
        { returnDocument: 'after', projection: NOT_CARRIED },
      ),
    );
  }

  /** Marks a mood that still has its version as deleted. False if another request has changed it first. */
  async delete(
    { _id, organization_id, user_id, version }: StoredMood,
    effects: readonly [Effect, ...Effect[]],
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.moods().updateOne({ _id, organization_id, user_id, version, ...PRESENT }, deletedWith(...effects)),
    );
    return matchedCount === 1;
  }

  private moods() {
    return this.mongo.collection<StoredMood>(MOODS_COLLECTION);
  }
}
