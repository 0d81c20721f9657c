import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import { tags } from '../../cache/tags.js';
import { type AddressedEntries, type OutdatedStretch, sizeOf } from '../../flows/outbox/addressed-entries.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { ACTIVITY_COLLECTION, type ActivityLog, PERSONAL_DATA_TAG } from './activity-log.js';

/** An entry that shows an older address of the person it is about. */
export type OutdatedEntry = Pick<ActivityLog, '_id' | 'organization_id' | 'user_email'>;

/** The cache tags of lists of entries, and of every single entry. */
export const tagsShowingAddresses = (orgId: string): string[] => [
  tags.collection(orgId, 'activity'),
  tags.collection(orgId, PERSONAL_DATA_TAG),
];

/** How many ids one update contains. On some servers each of a thousand ids costs more than twice as much. */
const NAMED_AT_ONCE = 100;
/**
 * How many entries one update of a stretch changes. Some servers block all other writes to the collection meanwhile.
 */
const ENTRIES_AT_ONCE = 750;
const SECONDS_AT_ONCE = 1_000;
const SECOND_MS = 1_000;

/** The addresses that activity entries repeat. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class EntryAddresses implements AddressedEntries {
  constructor(private readonly mongo: Mongo) {}

  tagsOf(orgId: string): string[] {
    return tagsShowingAddresses(orgId);
  }

  /**
   * Stretches in which the entries about an account show another address than `address`, with about `batch` entries
   * together. Skips entries without an address, because an organisation may name a stranger, and must not learn an
   * address that way.
   */
  async *outdated(userId: string, address: string | null, batch: number): AsyncGenerator<OutdatedStretch[]> {
    let stretches: OutdatedStretch[] = [];
    for await (const second of this.seconds(userId, address)) {
      const last = stretches.at(-1);
      const joined = last && oneUpdateOf(last, second);
      if (joined) {
        stretches[stretches.length - 1] = joined;
        continue;
      }
      if (sizeOf(stretches) >= batch) {
        yield stretches;
        stretches = [];
      }
      stretches.push(second);
    }
    if (stretches.length > 0) yield stretches;
  }

  /**
   * Changes an entry only if it still has the address that is given here, so that an entry with a newer address keeps
   * it.
   */
  replace(entries: readonly OutdatedEntry[], address: string | null): Promise<number> {
    const operations = groupsOf(entries, ({ user_email }) => String(user_email)).flatMap((group) =>
      chunksOf(group, NAMED_AT_ONCE).map((chunk) => ({
        updateMany: {
          filter: { _id: { $in: chunk.map(({ _id }) => _id) }, user_email: group[0].user_email },
          update: { $set: { user_email: address } },
        },
      })),
    );
    return this.update(operations);
  }

  /**
   * The same for stretches of `outdated`. The index finds the entries by their time. The old address is a condition of
   * the update itself, because a query condition outside the index would make some servers read all entries of the
   * account.
   */
  replaceWithin(
    userId: string,
    stretches: readonly OutdatedStretch[],
    address: string | null,
  ): Promise<number> {
    const operations = stretches.map(({ orgId, address: old, time }) => {
      const isOld = { $eq: ['$user_email', { $literal: old }] };
      return {
        updateMany: {
          filter: {
            user_id: userId,
            organization_id: orgId,
            occurred_at: time ? { $gte: time.from, $lt: time.to } : { $not: { $type: 'date' as const } },
          },
          update: [{ $set: { user_email: { $cond: [isOld, { $literal: address }, '$user_email'] } } }],
        },
      };
    });
    return this.update(operations);
  }

  /**
   * Each second with such entries, in the order of time, for one organisation and one older address after the other.
   */
  private async *seconds(userId: string, address: string | null): AsyncGenerator<OutdatedStretch> {
    const hasMoment = { $eq: [{ $type: '$occurred_at' }, 'date'] };
    const second = { $dateTrunc: { date: '$occurred_at', unit: 'second' } };
    const cursor = this.entries().aggregate<CountedSecond>(
      [
        { $match: { user_id: userId } },
        {
          $group: {
            _id: {
              orgId: '$organization_id',
              address: '$user_email',
              second: { $cond: [hasMoment, second, null] },
            },
            count: { $sum: 1 },
          },
        },
        // Only for small sets: checking each entry would take longer than counting the groups.
        { $match: { '_id.address': { $type: 'string', $ne: address } } },
        { $sort: { '_id.orgId': 1, '_id.address': 1, '_id.second': 1 } },
      ],
      { batchSize: SECONDS_AT_ONCE, allowDiskUse: true },
    );
    try {
      for (;;) {
        const first = await this.mongo.run('aggregate', () => cursor.next());
        if (!first) return;
        yield* [first, ...cursor.readBufferedDocuments()].map(stretchOf);
      }
    } finally {
      await cursor.close();
    }
  }

  private async update(operations: readonly Operation[]): Promise<number> {
    const { modifiedCount } = await this.mongo.run('bulkWrite', () =>
      this.entries().bulkWrite(operations, { ordered: false }),
    );
    return modifiedCount;
  }

  private entries(): mongoose.mongo.Collection<AddressedEntry> {
    return this.mongo.collection<AddressedEntry>(ACTIVITY_COLLECTION);
  }
}

type AddressedEntry = Pick<ActivityLog, '_id' | 'organization_id' | 'user_id' | 'user_email' | 'occurred_at'>;
type Operation = mongoose.mongo.AnyBulkWriteOperation<AddressedEntry>;
type Some<T> = [T, ...T[]];

interface CountedSecond {
  _id: { orgId: string; address: string; second: Date | null };
  count: number;
}

const stretchOf = ({ _id: { orgId, address, second }, count }: CountedSecond): OutdatedStretch => ({
  orgId,
  address,
  count,
  time: second && { from: second, to: new Date(second.getTime() + SECOND_MS) },
});

/**
 * Joins two stretches. Null: they are too many entries together, or no neighbours. Entries with other addresses may
 * lie between them; they are not changed.
 */
function oneUpdateOf(last: OutdatedStretch, next: OutdatedStretch): OutdatedStretch | null {
  const { orgId, address } = last;
  const count = last.count + next.count;
  if (next.orgId !== orgId || next.address !== address || count > ENTRIES_AT_ONCE) return null;
  return (
    last.time && next.time && { orgId, address, count, time: { from: last.time.from, to: next.time.to } }
  );
}

const groupsOf = <T>(items: readonly T[], keyOf: (item: T) => string): Some<T>[] =>
  [...Map.groupBy(items, keyOf).values()] as Some<T>[];

const chunksOf = <T>(items: readonly T[], size: number): Some<T>[] =>
  Array.from(
    { length: Math.ceil(items.length / size) },
    (_, n) => items.slice(n * size, (n + 1) * size) as Some<T>,
  );
