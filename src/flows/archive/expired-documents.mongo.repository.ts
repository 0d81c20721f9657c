import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import type { Document } from '../projections/projection.js';
import { type ArchivedDay, boundsOf } from './archive-rule.js';

const HOUR_MS = 3_600_000;
const REMOVED_AT_ONCE = 1_000;

type Stored = { _id: string; organization_id: string | null } & Record<string, unknown>;

/** Documents past their retention. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class ExpiredDocuments {
  constructor(private readonly mongo: Mongo) {}

  organizations(collection: string): Promise<(string | null)[]> {
    return this.mongo.run('archive.organizations', () =>
      this.mongo.collection<Stored>(collection).distinct('organization_id'),
    );
  }

  /** The moment of the oldest document. Null if none is older than `before`. */
  async oldest(
    collection: string,
    orgId: string | null,
    momentField: string,
    before: Date,
  ): Promise<Date | null> {
    const [found] = await this.mongo.run('archive.oldest', () =>
      this.mongo
        .collection<Stored>(collection)
        .find({ organization_id: orgId, [momentField]: { $lt: before } } as object, {
          projection: { [momentField]: 1 },
        })
        .sort({ [momentField]: 1 })
        .limit(1)
        .toArray(),
    );
    const moment = found?.[momentField];
    return moment instanceof Date ? moment : null;
  }

  /** The documents of one day, hour by hour. */
  async *ofDay({ collection, orgId, day }: ArchivedDay, momentField: string): AsyncGenerator<Document> {
    const { from, to } = boundsOf(day);
    for (let start = from.getTime(); start < to.getTime(); start += HOUR_MS) {
      const moment = { $gte: new Date(start), $lt: new Date(start + HOUR_MS) };
      yield* await this.mongo.run('archive.read', () =>
        this.mongo
          .collection<Stored>(collection)
          .find({ organization_id: orgId, [momentField]: moment } as object)
          .toArray(),
      );
    }
  }

  /** Removes the documents with these ids. Returns how many of them still existed. */
  async remove(collection: string, ids: readonly string[]): Promise<number> {
    let removed = 0;
    for (let at = 0; at < ids.length; at += REMOVED_AT_ONCE) {
      const some = ids.slice(at, at + REMOVED_AT_ONCE);
      const { deletedCount } = await this.mongo.run('archive.remove', () =>
        this.mongo.collection<Stored>(collection).deleteMany({ _id: { $in: some } }),
      );
      removed += deletedCount;
    }
    return removed;
  }
}
