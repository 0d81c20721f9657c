import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { Pages } from '../../stores/mongo/pages.js';
import { FEATURE_FLAGS_COLLECTION, type FeatureFlag } from './feature-flag.schema.js';
import { FeatureKeyTaken } from './features.errors.js';

export const FEATURE_FLAG_MODEL = 'FeatureFlag';

export interface FlagFilter {
  tags?: string | undefined;
  owner?: string | undefined;
  flag_type?: string | undefined;
  stale?: boolean | undefined;
  archived?: boolean | undefined;
}

/** What a snapshot has to know of a flag before it reads it. */
export interface FlagRevision {
  _id: string;
  version: number;
}

/** The current versions of flags. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class FeatureFlagsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
    @InjectModel(FEATURE_FLAG_MODEL) private readonly model: Model<FeatureFlag>,
  ) {}

  find(orgId: string, key: string): Promise<FeatureFlag | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ organization_id: orgId, key }).lean<FeatureFlag>().exec(),
    );
  }

  /** Newest first. */
  list(orgId: string, filter: FlagFilter, limit: number, afterId: string | null): Promise<FeatureFlag[]> {
    const given = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
    return this.pages.newest<FeatureFlag>(FEATURE_FLAGS_COLLECTION, {
      filter: { organization_id: orgId, ...given },
      sort: ['_id'],
      after: afterId === null ? null : [afterId],
      limit,
    });
  }

  /** Of all flags of an organisation that are not archived. */
  revisions(orgId: string): Promise<FlagRevision[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, archived: false }, { version: 1 })
        .lean<FlagRevision[]>()
        .exec(),
    );
  }

  byIds(orgId: string, ids: readonly string[]): Promise<FeatureFlag[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, _id: { $in: ids } })
        .lean<FeatureFlag[]>()
        .exec(),
    );
  }

  byKeys(orgId: string, keys: readonly string[]): Promise<FeatureFlag[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, key: { $in: keys } })
        .lean<FeatureFlag[]>()
        .exec(),
    );
  }

  /** The flags that name this one as a parent and are not archived. */
  async childrenOf(orgId: string, key: string): Promise<string[]> {
    const children = await this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, 'parents.key': key, archived: false }, { key: 1 })
        .limit(20)
        .lean<{ key: string }[]>()
        .exec(),
    );
    return children.map((child) => child.key);
  }

  /** The flags with a strategy that names this segment. */
  async usersOfSegment(orgId: string, number: number): Promise<string[]> {
    const users = await this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, 'environments.strategies.segments': number }, { key: 1 })
        .limit(20)
        .lean<{ key: string }[]>()
        .exec(),
    );
    return users.map((user) => user.key);
  }

  /**
   * An upsert that may only insert, so that a key is unique from the first moment: the index is made in the background, and
   * decides between two at once. Throws `FeatureKeyTaken`.
   */
  async insert(flag: FeatureFlag): Promise<void> {
    const { organization_id, key, ...rest } = flag;
    try {
      const { upsertedCount } = await this.mongo.run('insert', () =>
        this.model.collection.updateOne(
          { organization_id, key },
          { $setOnInsert: rest as never },
          { upsert: true },
        ),
      );
      if (upsertedCount === 0) throw new FeatureKeyTaken();
    } catch (error) {
      if (violatedUniqueIndex(error)) throw new FeatureKeyTaken();
      throw error;
    }
  }

  /**
   * Changes the version before that of `next`. `scheduleId`: together with the end of this schedule. False: that version is
   * not the current one any more, or the schedule is not there.
   */
  async replace(orgId: string, next: FeatureFlag, scheduleId: string | null = null): Promise<boolean> {
    const { _id, schedules: _kept, ...set } = next;
    const { matchedCount } = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        {
          _id: _id as never,
          organization_id: orgId,
          version: next.version - 1,
          ...(scheduleId !== null && { 'schedules.id': scheduleId }),
        },
        { $set: set, ...(scheduleId !== null && { $pull: { schedules: { id: scheduleId } as never } }) },
      ),
    );
    return matchedCount === 1;
  }

  /** Ends a schedule whose change would change nothing. */
  async endSchedule(orgId: string, flagId: string, scheduleId: string): Promise<void> {
    await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { _id: flagId as never, organization_id: orgId },
        { $pull: { schedules: { id: scheduleId } as never } },
      ),
    );
  }

  /** False: this version is not the current one any more. */
  async delete(orgId: string, { _id, version }: FlagRevision): Promise<boolean> {
    const { deletedCount } = await this.mongo.run('delete', () =>
      this.model.deleteOne({ _id, organization_id: orgId, version }).exec(),
    );
    return deletedCount === 1;
  }
}
