import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { MONGO_CONNECTION } from '../../stores/mongo/connection-name.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import type { FeatureFlag } from './feature-flag.schema.js';
import type { FeatureVersion } from './feature-version.schema.js';

export const FEATURE_VERSION_MODEL = 'FeatureVersion';

/** Former versions of flags. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class FeatureVersionsRepository {
  constructor(
    private readonly mongo: Mongo,
    @InjectModel(FEATURE_VERSION_MODEL, MONGO_CONNECTION) private readonly model: Model<FeatureVersion>,
  ) {}

  /**
   * Stores the current version of a flag that is about to be replaced. It may be repeated, because the document is
   * always the same.
   */
  async keep(flag: FeatureFlag): Promise<void> {
    const { schedules: _others, ...kept } = flag;
    const { _id: flagId, organization_id: orgId, version } = flag;
    const document = { organization_id: orgId, flag_id: flagId, version, flag: kept };
    await this.mongo.run('update', () =>
      this.model.collection.replaceOne({ _id: `${flagId}.${version}` as never }, document, { upsert: true }),
    );
  }

  async find(orgId: string, flagId: string, version: number): Promise<FeatureFlag | null> {
    const found = await this.mongo.run('find', () =>
      this.model.findOne({ organization_id: orgId, flag_id: flagId, version }).lean<FeatureVersion>().exec(),
    );
    return found?.flag ?? null;
  }

  /** Newest first, below `before`. */
  async list(orgId: string, flagId: string, before: number, limit: number): Promise<FeatureFlag[]> {
    // A range of numbers without a gap, so that no server reads more than the page.
    const range = { $lt: before, $gte: Math.max(1, before - limit) };
    const found = await this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, flag_id: flagId, version: range })
        .sort({ version: -1 })
        .limit(limit)
        .lean<FeatureVersion[]>()
        .exec(),
    );
    return found.map(({ flag }) => flag);
  }

  async deleteAllOf(orgId: string, flagId: string): Promise<void> {
    await this.mongo.run('delete', () =>
      this.model.deleteMany({ organization_id: orgId, flag_id: flagId }).exec(),
    );
  }
}
