import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { type InsightOwner, ownerId } from './daily-activity.js';
import { type Summary, USER_ANALYTICS_COLLECTION, type UserAnalytics } from './user-analytics.js';

/** The insights of people. Rejects with `StoreUnavailable`. */
@Injectable()
export class UserAnalyticsRepository {
  constructor(private readonly mongo: Mongo) {}

  find(owner: InsightOwner): Promise<UserAnalytics | null> {
    return this.mongo.run('find', () => this.analytics().findOne({ _id: ownerId(owner) }));
  }

  /** Of every organisation: the insights with marks. */
  stale(limit: number): Promise<UserAnalytics[]> {
    return this.mongo.run('find', () => this.analytics().find({ is_stale: true }).limit(limit).toArray());
  }

  /** Stores a summary. `revision`: read before counting. Null: there was no document. False if it has changed since. */
  async put(
    owner: InsightOwner,
    summary: Summary & { time_zone: string },
    revision: number | null,
  ): Promise<boolean> {
    const _id = ownerId(owner);
    const { orgId: organization_id, userId: user_id } = owner;
    if (revision === null)
      return this.insert({ _id, organization_id, user_id, ...summary, marks: {}, revision: 1 });
    const done = await this.mongo.run('updateOne', () =>
      this.analytics().updateOne(
        { _id, revision },
        { $set: { ...summary, marks: {}, revision: revision + 1 }, $unset: { is_stale: true } },
      ),
    );
    return done.matchedCount > 0;
  }

  async organizations(): Promise<string[]> {
    return this.mongo.run('distinct', () => this.analytics().distinct('organization_id'));
  }

  async usersIn(orgId: string): Promise<string[]> {
    return this.mongo.run('distinct', () => this.analytics().distinct('user_id', { organization_id: orgId }));
  }

  private async insert(document: UserAnalytics): Promise<boolean> {
    try {
      await this.mongo.run('insertOne', () => this.analytics().insertOne(document));
      return true;
    } catch (error) {
      if (violatedUniqueIndex(error) === null) throw error;
      return false;
    }
  }

  private analytics() {
    return this.mongo.collection<UserAnalytics>(USER_ANALYTICS_COLLECTION);
  }
}
