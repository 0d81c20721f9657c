import { Injectable } from '@nestjs/common';

import { Mongo } from '../../stores/mongo/mongo.js';
import { uuidV7Key } from '../../stores/mongo/sort-keys.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { Document } from '../projections/projection.js';
import { type CountRule, WRITE_FIELD } from './count-rule.js';

/** A write of documents of one organisation whose documents are not counted yet. */
export interface JournalEntry {
  /** UUIDv7: the id of the write, which its documents repeat. */
  _id: string;
  organization_id: string;
  /** The ids of the documents that it inserts. A duplicate among them stays as it is, with the id of another write. */
  document_ids: readonly string[];
}

/** Records what a write is about to insert, before it does. Rejects with `StoreUnavailable` while MongoDB is down. */
@Injectable()
export class CountJournal {
  constructor(private readonly mongo: Mongo) {}

  async open(rule: CountRule, entries: readonly JournalEntry[]): Promise<void> {
    await this.mongo.run('counting.open', () => this.journal(rule).insertMany([...entries]));
  }

  async close(rule: CountRule, ids: readonly string[]): Promise<void> {
    await this.mongo.run('counting.close', () => this.journal(rule).deleteMany({ _id: { $in: [...ids] } }));
  }

  /** Entries that were opened before `moment`, oldest first. */
  async openedBefore(rule: CountRule, moment: Date, limit: number): Promise<JournalEntry[]> {
    const bound = String(uuidV7Key.fromMs(moment.getTime()));
    return this.mongo.run('counting.abandoned', () =>
      this.journal(rule)
        .find({ _id: { $lt: bound } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    );
  }

  /** The ids of this organisation's open writes. */
  async openWrites(rule: CountRule, orgId: string): Promise<string[]> {
    const found = await this.mongo.run('counting.writes', () =>
      this.journal(rule)
        .find({ organization_id: orgId }, { projection: { _id: 1 } })
        .toArray(),
    );
    return found.map(({ _id }) => _id);
  }

  /** The documents that the write has inserted. */
  async insertedBy(owned: OwnedCollection, { _id, document_ids: ids }: JournalEntry): Promise<Document[]> {
    return this.mongo.run('counting.inserted', () =>
      this.mongo
        .collection<Document & { _id: string }>(owned.name)
        .find({ _id: { $in: [...ids] }, [WRITE_FIELD]: _id })
        .toArray(),
    );
  }

  /**
   * Removes the ids of counted writes from the roll-ups. Only ids of writes that are certainly closed are removed:
   * older than the oldest open write, and older than `moment`.
   */
  async forget(rule: CountRule, rollUpIds: readonly string[], moment: Date): Promise<void> {
    const limit = String(uuidV7Key.fromMs(moment.getTime()));
    const [oldest] = await this.mongo.run('counting.oldest', () =>
      this.journal(rule)
        .find({}, { projection: { _id: 1 } })
        .sort({ _id: 1 })
        .limit(1)
        .toArray(),
    );
    const bound = oldest && oldest._id < limit ? oldest._id : limit;
    await this.mongo.run('counting.forget', () =>
      this.mongo
        .collection<{ _id: string; applied_ids?: string[] }>(rule.rollUps)
        .updateMany({ _id: { $in: [...rollUpIds] } }, { $pull: { applied_ids: { $lt: bound } } }),
    );
  }

  private journal({ journal }: CountRule) {
    return this.mongo.collection<JournalEntry>(journal);
  }
}
