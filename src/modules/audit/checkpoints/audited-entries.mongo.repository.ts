import { Injectable } from '@nestjs/common';
import type mongoose from 'mongoose';

import { ACTIVITY_COLLECTION } from '../../activity/activity-log.js';
import { Mongo } from '../../../stores/mongo/mongo.js';
import { idFloor, madeAt } from './entry-ids.js';
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
const STRETCH_GROWTH = 16;

const earlier = (a: string, b: string): string => (a < b ? a : b);
const later = (a: string, b: string): string => (a > b ? a : b);

/** Reads the activity log as it is, of all organisations. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class AuditedEntries {
  private stretchMs = 1_000;

  constructor(private readonly mongo: Mongo) {}

  /**
   * In the order of ids, and only under ids as the application makes them. Asks for a stretch of time that held about
   * a page before, and for longer ones until the page is full: some servers read all of a range, whatever the limit.
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
      // What others put between ids may sort behind the end of the stretch that its beginning gives.
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
      // Not asked of a server that is down: it would hold up the answer that says so.
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
