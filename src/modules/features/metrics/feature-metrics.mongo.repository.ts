import { hash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';

import { MONGO_CONNECTION } from '../../../stores/mongo/connection-name.js';
import { Mongo } from '../../../stores/mongo/mongo.js';
import type { FeatureMetric } from './feature-metric.schema.js';
import type { CountedFlag } from './flag-counts.js';

export const FEATURE_METRIC_MODEL = 'FeatureMetric';

const BATCH = 500;

/** Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class FeatureMetricsRepository {
  constructor(
    private readonly mongo: Mongo,
    @InjectModel(FEATURE_METRIC_MODEL, MONGO_CONNECTION) private readonly model: Model<FeatureMetric>,
  ) {}

  /** Adds to the stored counts. */
  async add(counts: readonly CountedFlag[]): Promise<void> {
    const operations = counts.flatMap(incrementsOf);
    for (let from = 0; from < operations.length; from += BATCH) {
      const batch = operations.slice(from, from + BATCH);
      await this.mongo.run('bulkWrite', () =>
        this.model.collection.bulkWrite(batch as never, { ordered: false }),
      );
    }
  }

  /** The counts of one flag, oldest first. `from` inclusive, `to` exclusive. */
  of(orgId: string, key: string, from: Date, to: Date): Promise<FeatureMetric[]> {
    return this.mongo.run('find', () =>
      this.model
        .find({ organization_id: orgId, key, hour: { $gte: from, $lt: to } })
        .sort({ hour: 1 })
        .lean<FeatureMetric[]>()
        .exec(),
    );
  }

  /** The last hour, not before `since`, in which each flag was evaluated. */
  async lastSeen(orgId: string, since: Date): Promise<ReadonlyMap<string, Date>> {
    const found = await this.mongo.run('aggregate', () =>
      this.model
        .aggregate<{ _id: string; hour: Date }>([
          { $match: { organization_id: orgId, hour: { $gte: since } } },
          { $group: { _id: '$key', hour: { $max: '$hour' } } },
        ])
        .exec(),
    );
    return new Map(found.map(({ _id, hour }) => [_id, hour]));
  }

  /** Deletes the counts of every organisation. Returns how many. */
  async deleteBefore(hour: Date): Promise<number> {
    const { deletedCount } = await this.mongo.run('delete', () =>
      this.model.deleteMany({ hour: { $lt: hour } }).exec(),
    );
    return deletedCount;
  }
}

function incrementsOf({ orgId, environment, key, hour, yes, no, variants }: CountedFlag) {
  const increment = (variant: string | null, counts: { yes: number; no: number }) => {
    const about = { organization_id: orgId, key, environment, hour, variant };
    const _id = hash('sha256', JSON.stringify(Object.values(about)), 'base64url');
    return { updateOne: { filter: { _id }, update: { $setOnInsert: about, $inc: counts }, upsert: true } };
  };
  return [
    increment(null, { yes, no }),
    ...[...variants].map(([variant, count]) => increment(variant, { yes: count, no: 0 })),
  ];
}
