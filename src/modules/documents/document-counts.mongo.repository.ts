import { setTimeout as pause } from 'node:timers/promises';

import { Injectable } from '@nestjs/common';

import { persistently } from '../../flows/reconciliation/persistently.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import {
  DOCUMENT_COUNTS_COLLECTION,
  type DocumentCount,
  DOCUMENTS_COLLECTION,
  type StoredDocument,
} from './document.js';

/** A change under way is counted soon after its document is written, so a difference is read several times. */
const LOOKS = 5;
const BETWEEN_LOOKS_MS = 100;

/** The stored counts, and the documents that they count. */
@Injectable()
export class DocumentCounts {
  constructor(private readonly mongo: Mongo) {}

  /** The organisations that have documents, or a count. */
  async organizations(): Promise<string[]> {
    const owners = await this.ask(() => this.documents().distinct('organization_id'));
    const counted = await this.ask(() => this.counts().distinct('_id'));
    return [...new Set([...owners, ...counted])].toSorted();
  }

  /** Null if the count is right. Reads several times, because changes continue meanwhile. */
  async differing(orgId: string): Promise<{ kept: number; counted: number } | null> {
    let found = { kept: 0, counted: 0 };
    for (let look = 0; look < LOOKS; look += 1) {
      if (look > 0) await pause(BETWEEN_LOOKS_MS);
      const before = await this.kept(orgId);
      const counted = await this.ask(() =>
        this.documents().countDocuments({ organization_id: orgId, deleted_at: null }),
      );
      found = { kept: await this.kept(orgId), counted };
      if (before === found.kept && found.kept === counted) return null;
    }
    return found;
  }

  /** Changes the count only from the value that was found, so that a change that was counted meanwhile is not lost. */
  async set(orgId: string, kept: number, counted: number): Promise<void> {
    await this.ask(() => this.counts().updateOne({ _id: orgId, count: kept }, { $set: { count: counted } }));
  }

  private async kept(orgId: string): Promise<number> {
    return (await this.ask(() => this.counts().findOne({ _id: orgId })))?.count ?? 0;
  }

  private ask<T>(read: () => Promise<T>): Promise<T> {
    return persistently(() => this.mongo.run('document_counts', read));
  }

  private documents() {
    return this.mongo.collection<StoredDocument>(DOCUMENTS_COLLECTION);
  }

  private counts() {
    return this.mongo.collection<DocumentCount>(DOCUMENT_COUNTS_COLLECTION);
  }
}
