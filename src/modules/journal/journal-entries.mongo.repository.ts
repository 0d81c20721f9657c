import { Injectable } from '@nestjs/common';

import { NOT_CARRIED, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { Pages } from '../../stores/mongo/pages.js';
import { conditionsOf, type EntryFilter } from './entry-filter.js';
import { JOURNAL_COLLECTION, type ReadEntry, type StoredEntry } from './journal-entry.js';

/** The fields for readers, without the carried effects and the blind index. */
const READ = { ...NOT_CARRIED, tokens: 0 } as const;

/** The entries of a person. Rejects with `StoreUnavailable`. */
@Injectable()
export class JournalEntriesRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: Pages,
  ) {}

  /** Whether a change that was committed just now can be in MongoDB by now. */
  get isReachable(): boolean {
    return this.mongo.liveness.isUp;
  }

  find(orgId: string, userId: string, id: string): Promise<ReadEntry | null> {
    const present = { _id: id, organization_id: orgId, user_id: userId, deleted_at: null };
    return this.mongo.run('find', () => this.entries().findOne(present, { projection: READ }));
  }

  /** The same, including an entry whose deletion has begun and is not finished. */
  findEver(orgId: string, userId: string, id: string): Promise<ReadEntry | null> {
    const owned = { _id: id, organization_id: orgId, user_id: userId };
    return this.mongo.run('find', () => this.entries().findOne(owned, { projection: READ }));
  }

  /** Those of the ids under which a document stands, also one that is being deleted. */
  async standing(orgId: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.mongo.run('find', () =>
      this.entries()
        .find({ _id: { $in: [...ids] }, organization_id: orgId })
        .project<{ _id: string }>({ _id: 1 })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  /** Newest date first, the newer id first among those of a day. */
  list(
    orgId: string,
    userId: string,
    filter: EntryFilter,
    limit: number,
    after: { at: Date; id: string } | null,
  ): Promise<ReadEntry[]> {
    return this.pages.newest<ReadEntry>(JOURNAL_COLLECTION, {
      filter: { organization_id: orgId, user_id: userId, ...conditionsOf(filter) },
      sort: ['entry_date', '_id'],
      after: after && [after.at, after.id],
      from: filter.from,
      to: filter.to,
      limit,
      projection: READ,
    });
  }

  /**
   * In the same order, those that have all of these tokens of the blind index. SecantusDB finds them by the tokens only where
   * nothing else is asked for, so there the caller has to apply the rest, the owner included (`isWithin`).
   */
  search(
    orgId: string,
    userId: string,
    [token, ...others]: readonly string[],
    filter: EntryFilter,
    limit: number,
    after: { at: Date; id: string } | null,
  ): Promise<ReadEntry[]> {
    const wanted = this.mongo.stopsAtLimit
      ? {
          ...{ organization_id: orgId, user_id: userId, ...conditionsOf(filter) },
          tokens: { $all: [token, ...others] },
        }
      : { tokens: token, ...(others.length > 0 && { $and: others.map((tokens) => ({ tokens })) }) };
    return this.pages.newest<ReadEntry>(JOURNAL_COLLECTION, {
      filter: wanted as object,
      sort: ['entry_date', '_id'],
      after: after && [after.at, after.id],
      from: filter.from,
      to: filter.to,
      limit,
      projection: READ,
    });
  }

  /** The days with an entry, in no order. */
  days(orgId: string, userId: string): Promise<Date[]> {
    const present = { organization_id: orgId, user_id: userId, deleted_at: null };
    return this.mongo.run('distinct', () => this.entries().distinct('entry_date', present));
  }

  /** Changes an entry that still has its version. Null if another request has changed it first. */
  change(
    { _id, organization_id, user_id, version }: ReadEntry,
    fields: Partial<StoredEntry>,
    effects: readonly Effect[],
  ): Promise<ReadEntry | null> {
    return this.mongo.run('findOneAndUpdate', () =>
      this.entries().findOneAndUpdate(
        { _id, organization_id, user_id, version, deleted_at: null },
        withEffects({ $set: { ...fields, version: version + 1 } }, ...effects),
        { returnDocument: 'after', projection: READ },
      ),
    );
  }

  /** Hides an entry that still has its version. False if another request has changed it first. */
  async hide(
    { _id, organization_id, user_id, version }: ReadEntry,
    at: Date,
    effect: Effect,
  ): Promise<boolean> {
    const { matchedCount } = await this.mongo.run('updateOne', () =>
      this.entries().updateOne(
        { _id, organization_id, user_id, version, deleted_at: null },
        withEffects({ $set: { deleted_at: at, tokens: [], version: version + 1 } }, effect),
      ),
    );
    return matchedCount > 0;
  }

  /** The entries of all people whose deletion began before `before` and is not finished. */
  hiddenSince(
    before: Date,
    limit: number,
  ): Promise<Pick<StoredEntry, '_id' | 'organization_id' | 'user_id'>[]> {
    return this.mongo.run('find', () =>
      this.entries()
        .find({ deleted_at: { $lte: before }, removed_at: null } as object)
        .project<Pick<StoredEntry, '_id' | 'organization_id' | 'user_id'>>({ organization_id: 1, user_id: 1 })
        .limit(limit)
        .toArray(),
    );
  }

  private entries() {
    return this.mongo.collection<StoredEntry>(JOURNAL_COLLECTION);
  }
}
