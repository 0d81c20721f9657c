import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { tags } from '../../cache/tags.js';
import {
  ACTIVITY_COLLECTION,
  type ActivityLog,
  PERSONAL_DATA_TAG,
} from '../../modules/activity/activity-log.schema.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { readAhead } from '../read-ahead.js';

/** An entry that shows an older address of whom it is about. */
export type OutdatedEntry = Pick<ActivityLog, '_id' | 'organization_id' | 'user_email'>;

/** The cache tags of lists of entries, and of every single one. */
export const tagsShowingAddresses = (orgId: string): string[] => [
  tags.collection(orgId, 'activity'),
  tags.collection(orgId, PERSONAL_DATA_TAG),
];

/**
 * Ids in one update. Some servers take more than twice as long for each of a thousand. A range of ids would be no better:
 * what else it holds costs, too, and it is bounded only where the index fits every other condition.
 */
const NAMED_AT_ONCE = 100;
/** Updates on their way together: while one waits for the disk the next is worked on. */
const AT_ONCE = 2;
const FIELDS = { organization_id: 1, user_email: 1 };

/** The addresses that activity entries repeat. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class EntryAddresses {
  constructor(private readonly mongo: Mongo) {}

  /**
   * The entries about an account that show another address than `address`, in batches. Not those that show none: an
   * organisation may name a stranger, and must not learn an address by it.
   */
  outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedEntry[]> {
    return readAhead(this.walk(userId, address, batch));
  }

  /**
   * Changes each from what it was when it was read, and from nothing else: what somebody has changed since keeps its
   * newer address. Returns how many it changed.
   */
  async replace(batch: readonly OutdatedEntry[], address: string | null): Promise<number> {
    const shares = chunksOf(batch, Math.ceil(batch.length / AT_ONCE));
    const changed = await Promise.all(shares.map((share) => this.replaceShare(share, address)));
    return changed.reduce((sum, count) => sum + count, 0);
  }

  private async *walk(
    userId: string,
    address: string | null,
    batch: number,
  ): AsyncGenerator<OutdatedEntry[]> {
    const cursor = this.entries().find({ user_id: userId }, { projection: FIELDS }).batchSize(batch);
    try {
      for (;;) {
        const first = await this.mongo.run('find', () => cursor.next());
        if (!first) return;
        const outdated = [first, ...cursor.readBufferedDocuments()].filter(
          ({ user_email }) => typeof user_email === 'string' && user_email !== address,
        );
        if (outdated.length > 0) yield outdated;
      }
    } finally {
      await cursor.close();
    }
  }

  private async replaceShare(share: readonly OutdatedEntry[], address: string | null): Promise<number> {
    const operations = [...Map.groupBy(share, (entry) => entry.user_email)].flatMap(([email, entries]) =>
      chunksOf(entries, NAMED_AT_ONCE).map((chunk) => ({
        updateMany: {
          filter: { _id: { $in: chunk.map(({ _id }) => _id) }, user_email: email },
          update: { $set: { user_email: address } },
        },
      })),
    );
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

const chunksOf = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
