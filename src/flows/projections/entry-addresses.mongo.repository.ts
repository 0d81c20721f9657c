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

/** An entry that shows an older address of whom it is about. */
export type OutdatedEntry = Pick<ActivityLog, '_id' | 'organization_id' | 'user_email' | 'occurred_at'>;

/** The cache tags of lists of entries, and of every single one. */
export const tagsShowingAddresses = (orgId: string): string[] => [
  tags.collection(orgId, 'activity'),
  tags.collection(orgId, PERSONAL_DATA_TAG),
];

/** Ids in one update. Some servers take more than twice as long for each of a thousand. */
const NAMED_AT_ONCE = 100;
/** Moments in one update of neighbours: some servers let nobody else write to the collection meanwhile. */
const MOMENTS_AT_ONCE = 500;
/** Updates on their way together: while one waits for the disk the next is worked on. */
const AT_ONCE = 2;
const FIELDS = { organization_id: 1, user_email: 1, occurred_at: 1 };

/** The addresses that activity entries repeat. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class EntryAddresses {
  constructor(private readonly mongo: Mongo) {}

  /**
   * The entries about an account that show another address than `address`, in batches. Not those that show none: an
   * organisation may name a stranger, and must not learn an address by it.
   */
  async *outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedEntry[]> {
    const cursor = this.entries().find({ user_id: userId }, { projection: FIELDS, batchSize: batch });
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

  /** Changes each from what it is here, and from nothing else: what somebody has changed since keeps its newer address. */
  replace(entries: readonly OutdatedEntry[], address: string | null): Promise<number> {
    return this.update(byIds(entries, address));
  }

  /**
   * The same for a batch of `outdated`, by ranges of the index, in whose order servers give them: a third less work than
   * by ids. Returns how many were changed; what was written between them since is, too.
   */
  replaceNeighbours(
    userId: string,
    batch: readonly OutdatedEntry[],
    address: string | null,
  ): Promise<number> {
    // None of ours, and nobody can tell where it lies.
    if (batch.some(({ occurred_at }) => !(occurred_at instanceof Date))) return this.replace(batch, address);
    const groups = groupsOf(batch, ({ user_email, organization_id }) => `${user_email} ${organization_id}`);
    return this.update(groups.flatMap((group) => byRanges(userId, group, address)));
  }

  private async update(operations: readonly Operation[]): Promise<number> {
    const shares = chunksOf(operations, Math.ceil(operations.length / AT_ONCE));
    const results = await Promise.all(
      shares.map((share) =>
        this.mongo.run('bulkWrite', () => this.entries().bulkWrite(share, { ordered: false })),
      ),
    );
    return results.reduce((sum, { modifiedCount }) => sum + modifiedCount, 0);
  }

  private entries(): mongoose.mongo.Collection<OutdatedEntry> {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return db.collection<OutdatedEntry>(ACTIVITY_COLLECTION);
  }
}

type Operation = mongoose.mongo.AnyBulkWriteOperation<OutdatedEntry>;
type Some<T> = [T, ...T[]];

const byIds = (entries: readonly OutdatedEntry[], address: string | null): Operation[] =>
  groupsOf(entries, ({ user_email }) => String(user_email)).flatMap((group) =>
    chunksOf(group, NAMED_AT_ONCE).map((chunk) => ({
      updateMany: {
        filter: { _id: { $in: chunk.map(({ _id }) => _id) }, user_email: group[0].user_email },
        update: { $set: { user_email: address } },
      },
    })),
  );

/**
 * Every moment of these neighbours but the first and the last, which others outside may share: those are named by their
 * ids, and so is a crowd of one moment. A condition that is not in the index would have some servers read all of the
 * account, so it is the update that asks for the old address.
 */
function byRanges(userId: string, neighbours: Some<OutdatedEntry>, address: string | null): Operation[] {
  const { organization_id, user_email } = neighbours[0];
  const moments = groupsOf(neighbours, ({ occurred_at }) => String(occurred_at.getTime()));
  const isNamed = (moment: Some<OutdatedEntry>, n: number): boolean =>
    n === 0 || n === moments.length - 1 || moment.length > NAMED_AT_ONCE;
  const named = moments.filter(isNamed).flat();
  const inside = moments.filter((moment, n) => !isNamed(moment, n));
  const isOld = { $eq: ['$user_email', { $literal: user_email }] };
  const update = [{ $set: { user_email: { $cond: [isOld, { $literal: address }, '$user_email'] } } }];
  const ranges = chunksOf(inside, MOMENTS_AT_ONCE).map((chunk) => {
    const times = chunk.map(([{ occurred_at }]) => occurred_at.getTime());
    const occurred_at = { $gte: new Date(Math.min(...times)), $lte: new Date(Math.max(...times)) };
    return { updateMany: { filter: { user_id: userId, organization_id, occurred_at }, update } };
  });
  return [...byIds(named, address), ...ranges];
}

const groupsOf = <T>(items: readonly T[], keyOf: (item: T) => string): Some<T>[] =>
  [...Map.groupBy(items, keyOf).values()] as Some<T>[];

const chunksOf = <T>(items: readonly T[], size: number): Some<T>[] =>
  Array.from(
    { length: Math.ceil(items.length / size) },
    (_, n) => items.slice(n * size, (n + 1) * size) as Some<T>,
  );
