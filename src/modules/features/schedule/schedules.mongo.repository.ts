import { Injectable } from '@nestjs/common';

import type { Effect } from '../../../flows/effects/effect.js';
import type { FeatureFlag } from '../feature-flag.schema.js';
import { FeatureFlagsRepository } from '../feature-flags.mongo.repository.js';
import type { FlagSchedule } from './flag-schedule.js';

/** Schedules in the documents of their flags. They are not part of a version. Rejects with `StoreUnavailable`. */
@Injectable()
export class SchedulesRepository {
  constructor(private readonly flags: FeatureFlagsRepository) {}

  findFlagByKey(orgId: string, key: string): Promise<FeatureFlag | null> {
    return this.flags.find(orgId, key);
  }

  findFlag(orgId: string, flagId: string): Promise<FeatureFlag | null> {
    return this.flags.findById(orgId, flagId);
  }

  /** Replaces the schedule of the environment. False: the flag is gone. */
  async put(
    orgId: string,
    flagId: string,
    schedule: FlagSchedule,
    effects: readonly Effect[],
  ): Promise<boolean> {
    const { environment } = schedule;
    const replace = { $set: { 'schedules.$': schedule } };
    if (await this.flags.update(orgId, flagId, { 'schedules.environment': environment }, replace, effects))
      return true;
    const isWithout = { 'schedules.environment': { $ne: environment } };
    return this.flags.update(orgId, flagId, isWithout, { $push: { schedules: schedule } }, effects);
  }

  /** False: the environment has none. */
  remove(orgId: string, flagId: string, environment: string, effects: readonly Effect[]): Promise<boolean> {
    const change = { $pull: { schedules: { environment } } };
    return this.flags.update(orgId, flagId, { 'schedules.environment': environment }, change, effects);
  }
}
