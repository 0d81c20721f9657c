import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { Pages } from '../../stores/mongo/pages.js';
import { type Segment, SEGMENTS_COLLECTION } from './segment.schema.js';

export const SEGMENT_MODEL = 'Segment';

/** Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class SegmentsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    @InjectModel(SEGMENT_MODEL) private readonly model: Model<Segment>,
  ) {}

  find(orgId: string, number: number): Promise<Segment | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ organization_id: orgId, number }).lean<Segment>().exec(),
    );
  }

  /** Newest first. */
  list(orgId: string, limit: number, afterId: string | null): Promise<Segment[]> {
    return this.pages.newest<Segment>(SEGMENTS_COLLECTION, {
      filter: { organization_id: orgId },
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
    });
  }

  /** All of an organisation, in the order of their numbers. */
  all(orgId: string): Promise<Segment[]> {
    return this.mongo.run('find', () =>
      this.model.find({ organization_id: orgId }).sort({ number: 1 }).lean<Segment[]>().exec(),
    );
  }

  async numbers(orgId: string): Promise<number[]> {
    const found = await this.mongo.run('find', () =>
      this.model.find({ organization_id: orgId }, { number: 1 }).lean<{ number: number }[]>().exec(),
    );
    return found.map(({ number }) => number);
  }

  /** False: the number is taken. */
  async insert(segment: Segment): Promise<boolean> {
    const { organization_id, number, ...rest } = segment;
    try {
      const { upsertedCount } = await this.mongo.run('insert', () =>
        this.model.collection.updateOne(
          { organization_id, number },
          { $setOnInsert: rest as never },
          { upsert: true },
        ),
      );
      return upsertedCount === 1;
    } catch (error) {
      if (violatedUniqueIndex(error)) return false;
      throw error;
    }
  }

  /** Replaces the version before that of `next`. False: that one is not the current one any more. */
  async replace(orgId: string, next: Segment): Promise<boolean> {
    const { _id, ...replacement } = next;
    const { matchedCount } = await this.mongo.run('update', () =>
      this.model.collection.replaceOne(
        { _id: _id as never, organization_id: orgId, version: next.version - 1 },
        replacement,
      ),
    );
    return matchedCount === 1;
  }

  async delete(orgId: string, { _id, version }: Segment): Promise<boolean> {
    const { deletedCount } = await this.mongo.run('delete', () =>
      this.model.deleteOne({ _id, organization_id: orgId, version }).exec(),
    );
    return deletedCount === 1;
  }
}
