import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { type Segment, SEGMENTS_COLLECTION } from './segment.schema.js';

export const SEGMENT_MODEL = 'Segment';

const live = (orgId: string) => ({ organization_id: orgId, deleted: false });

const FORGOTTEN = { deleted: true, pending: { $size: 0 } };

/** Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class SegmentsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    @InjectModel(SEGMENT_MODEL, MONGO_CONNECTION) private readonly model: Model<Segment>,
  ) {}

  find(orgId: string, number: number): Promise<Segment | null> {
    return this.mongo.run('find', () =>
      this.model
        .findOne({ ...live(orgId), number })
        .lean<Segment>()
        .exec(),
    );
  }

  /** Newest first. */
  list(orgId: string, limit: number, afterId: string | null): Promise<Segment[]> {
    return this.pages.newest<Segment>(SEGMENTS_COLLECTION, {
      filter: live(orgId),
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
    });
  }

  /** All segments of an organisation, in the order of their numbers. */
  all(orgId: string): Promise<Segment[]> {
    return this.mongo.run('find', () =>
      this.model.find(live(orgId)).sort({ number: 1 }).lean<Segment[]>().exec(),
    );
  }

  async numbers(orgId: string): Promise<number[]> {
    const found = await this.mongo.run('find', () =>
      this.model.find(live(orgId), { number: 1 }).lean<{ number: number }[]>().exec(),
    );
    return found.map(({ number }) => number);
  }

  /** Replaces the version before that of `next`. False: that version is not the current one any more. */
  async replace(orgId: string, next: Segment, effects: readonly Effect[]): Promise<boolean> {
    const { _id, ...set } = next;
    return this.update(orgId, { _id, version: next.version - 1 }, { $set: set }, effects);
  }

  /**
   * Removes everything from a segment that its last effects do not need. False: this version is not the current one
   * any more.
   */
  delete(orgId: string, { _id, version }: Segment, effects: readonly Effect[]): Promise<boolean> {
    // This makes its number free again.
    const emptied = { number: `deleted:${_id}`, deleted: true, name: '', description: null, constraints: [] };
    return this.update(orgId, { _id, version }, { $set: emptied, $unset: { idempotency: 1 } }, effects);
  }

  /** The highest number that a segment has, or had before it was deleted. 0 if there was none. */
  async highestNumber(orgId: string): Promise<number> {
    const [highest] = await this.mongo.run('find', () =>
      this.model
        // A deleted segment has a text in this field, which would sort before every number.
        .find({ organization_id: orgId, number: { $gte: 0 } }, { number: 1 })
        .sort({ number: -1 })
        .limit(1)
        .lean<{ number: number }[]>()
        .exec(),
    );
    return Math.max(0, highest?.number ?? 0);
  }

  /** Frees the number of a deleted segment whose effects are applied. */
  async free(orgId: string, number: number): Promise<void> {
    await this.mongo.run('delete', () =>
      this.model.deleteOne({ ...FORGOTTEN, organization_id: orgId, number }).exec(),
    );
  }

  /** Removes the deleted segments of every organisation whose effects are applied. */
  async forgetDeleted(): Promise<void> {
    await this.mongo.run('delete', () => this.model.deleteMany(FORGOTTEN).exec());
  }

  private async update(
    orgId: string,
    segment: Readonly<Record<string, unknown>>,
    change: Readonly<Record<string, unknown>>,
    effects: readonly Effect[],
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { ...live(orgId), ...segment } as never,
        withEffects(change, ...effects),
      ),
    );
    return matchedCount === 1;
  }
}
