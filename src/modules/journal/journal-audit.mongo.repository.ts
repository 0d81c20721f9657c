import { Injectable } from '@nestjs/common';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import { JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';

/** How many entries are in memory at once, because texts are long. */
const BATCH = 100;

type Owned = '_id' | 'organization_id' | 'user_id' | 'deleted_at';

/** The entries of all people, for comparisons. An entry that is being removed is left out. */
@Injectable()
export class JournalAudit {
  constructor(private readonly mongo: Mongo) {}

  /** In the order of ids, with the named fields and the owners. */
  async *batches<K extends keyof StoredEntry>(
    ...fields: K[]
  ): AsyncGenerator<Pick<StoredEntry, K | Owned>[]> {
    const projection = projectionOf(fields);
    for (let after = ''; ;) {
      const from = after;
      const found = await this.ask(() =>
        this.entries()
          .find({ _id: { $gt: from }, removed_at: null } as object, { projection })
          .sort({ _id: 1 })
          .limit(BATCH)
          .toArray(),
      );
      const last = found.at(-1);
      if (!last) return;
      yield found;
      after = last._id;
    }
  }

  find(id: string): Promise<StoredEntry | null> {
    return this.ask(() => this.entries().findOne({ _id: id, removed_at: null } as object));
  }

  async existing(ids: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.ask(() =>
      this.entries()
        .find({ _id: { $in: [...ids] }, removed_at: null } as object, { projection: { _id: 1 } })
        .toArray(),
    );
    return new Set(found.map(({ _id }) => _id));
  }

  /** Only if the entry still has the version that was examined. */
  async setTokens({ _id, version }: StoredEntry, tokens: readonly string[]): Promise<void> {
    await this.ask(() => this.entries().updateOne({ _id, version }, { $set: { tokens } }));
  }

  async pullTags(id: string, tagIds: readonly string[]): Promise<void> {
    await this.ask(() =>
      this.entries().updateOne({ _id: id }, { $pull: { tag_ids: { $in: [...tagIds] } } } as object),
    );
  }

  async remove(id: string): Promise<void> {
    await this.ask(() => this.entries().deleteOne({ _id: id }));
  }

  private ask<T>(work: () => Promise<T>): Promise<T> {
    return persistently(() => this.mongo.run('journal.audit', work));
  }

  private entries() {
    return this.mongo.collection<StoredEntry>(JOURNAL_COLLECTION);
  }
}

const projectionOf = (fields: readonly string[]): Record<string, 1> =>
  Object.fromEntries(
    [...fields, 'organization_id', 'user_id', 'deleted_at'].map((field) => [field, 1 as const]),
  );
