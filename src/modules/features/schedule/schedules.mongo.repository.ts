import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { Mongo } from '../../../stores/mongo/mongo.js';
import type { FeatureFlag } from '../feature-flag.schema.js';
import { FEATURE_FLAG_MODEL } from '../feature-flags.mongo.repository.js';
import type { FlagSchedule } from './flag-schedule.js';

/** Schedules in the documents of their flags. They are no part of a version. Rejects with `StoreUnavailable`. */
@Injectable()
export class SchedulesRepository {
  constructor(
    private readonly mongo: Mongo,
    @InjectModel(FEATURE_FLAG_MODEL) private readonly model: Model<FeatureFlag>,
  ) {}

  findFlagByKey(orgId: string, key: string): Promise<FeatureFlag | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ organization_id: orgId, key }).lean<FeatureFlag>().exec(),
    );
  }

  findFlag(orgId: string, flagId: string): Promise<FeatureFlag | null> {
    return this.mongo.run('find', () =>
      this.model.findOne({ _id: flagId, organization_id: orgId }).lean<FeatureFlag>().exec(),
    );
  }

  /** Instead of the one that the environment has. False: the flag is gone. */
  async put(orgId: string, flagId: string, schedule: FlagSchedule): Promise<boolean> {
    const filter = { _id: flagId as never, organization_id: orgId };
    const { environment } = schedule;
    const replaced = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { ...filter, 'schedules.environment': environment },
        { $set: { 'schedules.$': schedule } },
      ),
    );
    if (replaced.matchedCount > 0) return true;
    const added = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { ...filter, 'schedules.environment': { $ne: environment } },
        { $push: { schedules: schedule as never } },
      ),
    );
    return added.matchedCount > 0;
  }

  /** False: the environment has none. */
  async remove(orgId: string, flagId: string, environment: string): Promise<boolean> {
    const { modifiedCount } = await this.mongo.run('update', () =>
      this.model.collection.updateOne(
        { _id: flagId as never, organization_id: orgId },
        { $pull: { schedules: { environment } as never } },
      ),
    );
    return modifiedCount > 0;
  }
}
