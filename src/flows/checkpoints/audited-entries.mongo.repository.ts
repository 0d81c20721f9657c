import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.schema.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import { COVERED_FIELDS, type EntryDocument, isEntryId } from './leaf.js';

/** By `occurred_at`. */
export interface TimeRange {
  /** Inclusive; null: from the beginning. */
  from: Date | null;
  /** Exclusive; null: to the end. */
  to: Date | null;
}

/** An entry under an id as the application makes them. */
export type StoredEntry = EntryDocument & { readonly _id: string };
type FoundEntry = EntryDocument & { readonly _id: unknown };

const isStoredEntry = (entry: FoundEntry): entry is StoredEntry => isEntryId(entry._id);

const PROJECTION = Object.fromEntries(
  [...COVERED_FIELDS, 'occurred_at', 'recorded_at'].map((field) => [field, 1]),
);
const IDS_AT_ONCE = 2_000;

/** Reads the activity log as it is, of all organisations. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class AuditedEntries {
  constructor(private readonly mongo: Mongo) {}

  /** In the order of ids, and only under ids as the application makes them. */
  async page(after: string, upTo: string, limit: number): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    let last = after;
    for (;;) {
      const missing = limit - entries.length;
      const found = await this.find({ _id: { $gt: last, $lte: upTo } }, missing);
      entries.push(...found.filter(isStoredEntry));
      const end = found.at(-1);
      if (!end || found.length < missing || entries.length === limit) return entries;
      last = String(end._id);
    }
  }

  async byIds(ids: readonly string[]): Promise<Map<string, StoredEntry>> {
    if (ids.length === 0) return new Map();
    const found = await this.find({ _id: { $in: [...ids] } }, ids.length);
    return new Map(found.filter(isStoredEntry).map((entry) => [entry._id, entry]));
  }

  /** The `_id`s of an organisation's entries, out of its index alone. */
  async *ids(orgId: string, range: TimeRange): AsyncGenerator<unknown[]> {
    const bounds = { ...(range.from && { $gte: range.from }), ...(range.to && { $lt: range.to }) };
    const filter = {
      organization_id: orgId,
      ...(Object.keys(bounds).length > 0 && { occurred_at: bounds }),
    };
    const cursor = this.collection()
      .find<{ _id: unknown }>(filter, { projection: { _id: 1 }, batchSize: IDS_AT_ONCE })
      .sort({ occurred_at: -1, _id: -1 });
    try {
      while (await this.mongo.run('audit.ids', () => cursor.hasNext())) {
        yield cursor.readBufferedDocuments().map(({ _id }) => _id);
      }
    } finally {
      await cursor.close();
    }
  }

  private find(filter: mongoose.mongo.Filter<{ _id: string }>, limit: number): Promise<FoundEntry[]> {
    return this.mongo.run('audit.find', () =>
      this.collection()
        .find<FoundEntry>(filter, { projection: PROJECTION, limit, sort: { _id: 1 } })
        .toArray(),
    );
  }

  private collection(): mongoose.mongo.Collection<{ _id: string }> {
    const { db } = this.mongo.connection;
    if (!db) throw new StoreUnavailable('mongodb');
    return db.collection<{ _id: string }>(ACTIVITY_COLLECTION);
  }
}
