import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { bucketsOf } from './analytics-event.js';
import { DAY_MS, ROLL_UPS_COLLECTION, type RollUp } from './roll-up.js';

const DAY_FIELDS = { event_name: 1, day: 1, quarters: 1, count: 1 } as const;
type DayCounts = Pick<RollUp, '_id' | 'event_name' | 'day' | 'quarters' | 'count'>;

/** The counts by day and quarter of an hour. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class RollUpsRepository {
  constructor(private readonly mongo: Mongo) {}

  /** The roll-ups of the UTC days that overlap `[from, to)`. `eventName` null: all events. */
  within(orgId: string, eventName: string | null, from: Date, to: Date): Promise<DayCounts[]> {
    const day = { $gte: bucketsOf(from).day, $lte: bucketsOf(new Date(to.getTime() - 1)).day };
    return this.mongo.run('rollups.read', () =>
      this.collection()
        .find(
          { organization_id: orgId, ...(eventName !== null && { event_name: eventName }), day },
          { projection: DAY_FIELDS },
        )
        .toArray(),
    );
  }

  ofDay(orgId: string, day: string): Promise<DayCounts[]> {
    const from = new Date(`${day}T00:00:00Z`);
    return this.within(orgId, null, from, new Date(from.getTime() + DAY_MS));
  }

  organizations(): Promise<string[]> {
    return this.mongo.run('rollups.organizations', () => this.collection().distinct('organization_id'));
  }

  /** The days that have counts, in order. */
  async days(orgId: string): Promise<string[]> {
    const days = await this.mongo.run('rollups.days', () =>
      this.collection().distinct('day', { organization_id: orgId }),
    );
    return days.sort();
  }

  find(id: string): Promise<RollUp | null> {
    return this.mongo.run('rollups.find', () => this.collection().findOne({ _id: id }));
  }

  /**
   * Corrects a roll-up that still counts `seen`, or that was missing (`seen` null). False: it has changed meanwhile.
   */
  async replace(rollUp: RollUp, seen: number | null): Promise<boolean> {
    const { _id, count, quarters } = rollUp;
    if (seen === null) {
      const { upsertedCount } = await this.mongo.run('rollups.add', () =>
        this.collection().updateOne({ _id }, { $setOnInsert: { ...rollUp } }, { upsert: true }),
      );
      return upsertedCount === 1;
    }
    const { matchedCount } = await this.mongo.run('rollups.replace', () =>
      this.collection().updateOne({ _id, count: seen }, { $set: { count, quarters } }),
    );
    return matchedCount === 1;
  }

  private collection() {
    return this.mongo.collection<RollUp>(ROLL_UPS_COLLECTION);
  }
}
