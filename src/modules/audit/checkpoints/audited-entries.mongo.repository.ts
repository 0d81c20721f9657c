import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { ACTIVITY_COLLECTION } from '../../activity/activity-log.js';
import { Mongo } from '../../../stores/mongo/mongo.js';
import { idFloor, madeAt } from './entry-ids.js';
import { COVERED_FIELDS, type EntryDocument, isEntryId } from './leaf.js';

/** A range of `occurred_at`. */
export interface TimeRange {
  /** Inclusive; null: from the beginning. */
  from: Date | null;
  /** Exclusive; null: to the end. */
  to: Date | null;
}

/** An entry whose id has the form that the application makes. */
export type StoredEntry = EntryDocument & { readonly _id: string };
type FoundEntry = EntryDocument & { readonly _id: unknown };

const isStoredEntry = (entry: FoundEntry): entry is StoredEntry => isEntryId(entry._id);

const PROJECTION = Object.fromEntries(
  [...COVERED_FIELDS, 'occurred_at', 'recorded_at'].map((field) => [field, 1]),
);
const IDS_AT_ONCE = 2_000;
const STRETCH_GROWTH = 16;

const earlier = (a: string, b: string): string => (a < b ? a : b);
const later = (a: string, b: string): string => (a > b ? a : b);

/** Reads the stored activity log of all organisations. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class AuditedEntries {
  private stretchMs = 1_000;

  constructor(private readonly mongo: Mongo) {}

  /**
   * Entries in the order of ids, and only those whose ids have the application's form. Reads a stretch of time that
   * contained about a page before, and longer ones until the page is full, because some servers read a whole range
   * whatever the limit.
   */
  async page(after: string, upTo: string, limit: number): Promise<StoredEntry[]> {
    const entries: StoredEntry[] = [];
    let last = after;
    let stretchMs = this.stretchMs;
    while (last < upTo && entries.length < limit) {
      const missing = limit - entries.length;
      const end = earlier(upTo, idFloor(madeAt(last).getTime() + stretchMs));
      const found = await this.find({ _id: { $gt: last, $lte: end } }, missing);
      entries.push(...found.filter(isStoredEntry));
      // Foreign ids between ours may sort after the end of the stretch that was computed from its beginning.
      last = later(last, found.length < missing ? end : String(found.at(-1)?._id));
      stretchMs *= STRETCH_GROWTH;
    }
    const [first, final] = [entries[0], entries.at(-1)];
    if (first && final) this.stretchMs = 2 * (madeAt(final._id).getTime() - madeAt(first._id).getTime()) + 2;
    return entries;
  }

  async byIds(ids: readonly string[]): Promise<Map<string, StoredEntry>> {
    if (ids.length === 0) return new Map();
    const found = await this.find({ _id: { $in: [...ids] } }, ids.length);
    return new Map(found.filter(isStoredEntry).map((entry) => [entry._id, entry]));
  }

  /** The `_id`s of an organisation's entries, read from its index only. */
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
      // Skipped if the server is down, because it would delay the answer that reports that.
      await this.mongo.run('audit.close', () => cursor.close());
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
    return this.mongo.collection<{ _id: string }>(ACTIVITY_COLLECTION);
  }
}
