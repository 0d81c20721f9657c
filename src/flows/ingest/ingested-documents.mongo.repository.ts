import { Injectable } from '@nestjs/common';
import mongoose from 'mongoose';

import type { IngestedWrite, OwnedCollection } from '../collections/owned-collection.js';
import { Declarations } from '../declarations.js';
import type { GroupLimits } from '../queue/group-commit.js';
import { ProjectedDocuments } from '../projections/projected.mongo.repository.js';
import type { Document } from '../projections/projection.js';
import { CountedInserts } from '../counting/counted-inserts.js';
import { DeduplicatedDocuments } from './deduplicated.mongo.repository.js';
import type { IngestedDocument } from './ingested-document.js';

const { BSON } = mongoose.mongo;

/** The outcome of one document. `held`: not tried, because an earlier document of its aggregate was refused. */
export type Insertion = 'inserted' | 'held' | Error | { known: string | null };

interface Placed {
  index: number;
  ingested: IngestedDocument;
}

/**
 * Inserts documents under their own ids. If an id is there already, an earlier attempt has inserted the document, so
 * it counts as inserted.
 */
@Injectable()
export class IngestedDocuments {
  constructor(
    private readonly documents: ProjectedDocuments,
    private readonly deduplicated: DeduplicatedDocuments,
    private readonly counted: CountedInserts,
    private readonly declarations: Declarations,
  ) {}

  /**
   * One `bulkWrite` for each collection. Returns the outcome of each document. `holds`: a refused document holds back
   * the later ones of its aggregate. Rejects with `StoreUnavailable` if MongoDB does not answer; some may be inserted
   * then.
   */
  async insert(batch: readonly IngestedDocument[], { holds }: { holds: boolean }): Promise<Insertion[]> {
    const results = batch.map((): Insertion => 'inserted');
    for (const [collection, placed] of byCollection(batch)) {
      const owned = this.declarations.collections.find(({ name }) => name === collection);
      if (owned?.duplicates === 'stored' && !owned.ingested)
        await this.insertDeduplicated(owned, placed, results);
      else await this.writeInOrder(collection, owned?.ingested ?? inserted, placed, results, holds);
    }
    return results;
  }

  /** Documents of one aggregate do not hold each other back here, because each of them is complete by itself. */
  private async insertDeduplicated(
    owned: OwnedCollection,
    placed: readonly Placed[],
    results: Insertion[],
  ): Promise<void> {
    const documents = placed.map(({ ingested }) => ingested.document);
    const outcomes = owned.counted
      ? await this.counted.insert(owned, owned.counted, documents)
      : await this.deduplicated.insert(owned, documents);
    for (const [at, outcome] of outcomes.entries()) {
      const index = placed[at]?.index;
      if (index === undefined || outcome.kind === 'inserted') continue;
      results[index] = outcome.kind === 'known' ? { known: outcome.id } : outcome.error;
    }
  }

  private async writeInOrder(
    collection: string,
    writeOf: (document: Document) => IngestedWrite,
    placed: readonly Placed[],
    results: Insertion[],
    holds: boolean,
  ): Promise<void> {
    let rest = placed;
    while (rest.length > 0) {
      const refused = await this.documents.write(
        collection,
        rest.map(({ ingested }) => ({ collection, ...writeOf(ingested.document) })),
      );
      if (!refused) return;
      const at = rest[refused.index];
      if (!at) throw refused.error;
      results[at.index] = refused.error;
      const isHeld = ({ ingested }: Placed): boolean => holds && ingested.aggregate === at.ingested.aggregate;
      const later = rest.slice(refused.index + 1);
      for (const { index } of later.filter(isHeld)) results[index] = 'held';
      rest = later.filter((each) => !isHeld(each));
    }
  }
}

const inserted = (document: Document): IngestedWrite => ({ insert: document });

/** The document as the spool stores it, without the address of a person. */
export const packed = ({ document, subjectUserId }: IngestedDocument): Uint8Array =>
  BSON.serialize(subjectUserId === null ? document : { ...document, user_email: null });

/** The same document again, with the address that the person has now. */
export function unpacked(bytes: Uint8Array, subjectUserId: string | null, email: string | null): Document {
  const document = BSON.deserialize(bytes) as Document;
  return subjectUserId === null ? document : { ...document, user_email: email };
}

function byCollection(batch: readonly IngestedDocument[]): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const [index, ingested] of batch.entries()) {
    const placed = groups.get(ingested.collection) ?? [];
    placed.push({ index, ingested });
    groups.set(ingested.collection, placed);
  }
  return groups;
}

const MIB = 1_048_576;
const MAX_FLUSH = 1_000;

/**
 * The size of a document in bytes, or the reason why the driver cannot send it. Such a document would make its whole
 * group fail.
 */
export function sizeOf(document: Document): number | Error {
  try {
    return BSON.calculateObjectSize(document);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

/** Limits in bytes, because a few large documents cost as much to serialise and to hold as many small ones. */
export const ingestLimits = <T>(bytesOf: (item: T) => number): GroupLimits<T> => ({
  perFlush: 2 * MIB,
  waiting: 64 * MIB,
  // A minimum for each item, because even a small one costs its promise and index entries.
  weightOf: (item) => Math.max(Math.floor((2 * MIB) / MAX_FLUSH), bytesOf(item)),
});
