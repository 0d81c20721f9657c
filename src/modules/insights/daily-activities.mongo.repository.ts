import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import {
  type CountedDay,
  DAILY_ACTIVITY_COLLECTION,
  type DailyActivity,
  dailyActivityId,
  type InsightOwner,
} from './daily-activity.js';

/** A day with its counts. `revision`: of the stored day that was read before counting. Null: there was none. */
export interface DayWrite {
  date: string;
  day: Readonly<CountedDay>;
  revision: number | null;
}

const BATCH = 500;

/** Days of people. Rejects with `StoreUnavailable`. */
@Injectable()
export class DailyActivities {
  constructor(private readonly mongo: Mongo) {}

  /** In the order of the calendar, `from` and `to` included. */
  between({ orgId, userId }: InsightOwner, from = '', to = '9999-12-31'): Promise<DailyActivity[]> {
    return this.mongo.run('find', () =>
      this.days()
        .find({ organization_id: orgId, user_id: userId, date: { $gte: from, $lte: to } })
        .sort({ date: 1 })
        .toArray(),
    );
  }

  /** These days, or all if it is null. */
  of(owner: InsightOwner, dates: readonly string[] | null): Promise<DailyActivity[]> {
    if (dates === null) return this.between(owner);
    const ids = dates.map((date) => dailyActivityId(owner, date));
    return this.mongo.run('find', () =>
      this.days()
        .find({ _id: { $in: ids } })
        .toArray(),
    );
  }

  /** False if another count of one of the days was stored meanwhile; some days may be written then. */
  async write(owner: InsightOwner, writes: readonly DayWrite[]): Promise<boolean> {
    for (let from = 0; from < writes.length; from += BATCH)
      if (!(await this.writeSome(owner, writes.slice(from, from + BATCH)))) return false;
    return true;
  }

  private async writeSome(owner: InsightOwner, writes: readonly DayWrite[]): Promise<boolean> {
    const operations = writes.map((write) => operationOf(owner, write));
    try {
      const { matchedCount, insertedCount } = await this.mongo.run('bulkWrite', () =>
        this.days().bulkWrite(operations, { ordered: false }),
      );
      return matchedCount + insertedCount === writes.length;
    } catch (error) {
      if (violatedUniqueIndex(error) === null) throw error;
      return false;
    }
  }

  private days() {
    return this.mongo.collection<DailyActivity>(DAILY_ACTIVITY_COLLECTION);
  }
}

function operationOf(owner: InsightOwner, { date, day, revision }: DayWrite) {
  const _id = dailyActivityId(owner, date);
  if (revision !== null)
    return { updateOne: { filter: { _id, revision }, update: { $set: { ...day, revision: revision + 1 } } } };
  const { orgId: organization_id, userId: user_id } = owner;
  return { insertOne: { document: { _id, organization_id, user_id, date, ...day, revision: 1 } } };
}
