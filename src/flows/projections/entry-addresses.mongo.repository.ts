import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { ACTIVITY_COLLECTION, type ActivityLog } from '../../modules/activity/activity-log.schema.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';

/** An entry that shows an older address of whom it is about. */
export type OutdatedEntry = Pick<ActivityLog, '_id' | 'organization_id' | 'user_email'>;

/** The addresses that activity entries repeat. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class EntryAddresses {
  constructor(private readonly mongo: Mongo) {}

  /**
   * The entries about an account that show another address than `address`, in batches. Not those that show none: an
   * organisation may name a stranger, and must not learn an address by it.
   */
  async *outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedEntry[]> {
    // A client may write an id in capitals.
    const filter = {
      user_id: { $in: [userId, userId.toUpperCase()] },
      user_email: { $nin: [null, address] },
    };
    const cursor = this.entries()
      .find(filter, { projection: { organization_id: 1, user_email: 1 } })
      .batchSize(batch);
    try {
      for (;;) {
        const first = await this.mongo.run('find', () => cursor.next());
        if (!first) return;
        yield [first, ...cursor.readBufferedDocuments()];
      }
    } finally {
      await cursor.close();
    }
  }

  /**
   * Changes each from what it was when it was read, and from nothing else: what somebody has changed since keeps its
   * newer address. Returns how many it changed.
   */
  async replace(entries: readonly OutdatedEntry[], address: string | null): Promise<number> {
    const byAddress = Map.groupBy(entries, ({ user_email: email }) => email);
    const operations = [...byAddress].map(([email, outdated]) => ({
      updateMany: {
        filter: { _id: { $in: outdated.map(({ _id }) => _id) }, user_email: email },
        update: { $set: { user_email: address } },
      },
    }));
    const { matchedCount } = await this.mongo.run('bulkWrite', () =>
      this.entries().bulkWrite(operations, { ordered: false }),
    );
    return matchedCount;
  }

  private entries(): mongoose.mongo.Collection<OutdatedEntry> {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return db.collection<OutdatedEntry>(ACTIVITY_COLLECTION);
  }
}
