import { Injectable } from '@nestjs/common';

import { NOT_CARRIED, withEffects } from '../../flows/effects/carrying.js';
import type { Effect } from '../../flows/effects/effect.js';
import { KeyPages } from '../../stores/mongo/key-pages.js';
import { Mongo } from '../../stores/mongo/mongo.js';
import {
  type IdempotentRequest,
  unrecorded,
  withRecord,
} from '../idempotency/documents/idempotent-request.js';
import {
  DOCUMENT_COUNTS_COLLECTION,
  type DocumentCount,
  DOCUMENTS_COLLECTION,
  type StoredDocument,
} from './document.js';

/** The fields that a change sets. */
export type DocumentFields = Pick<
  StoredDocument,
  'data' | 'version' | 'deleted_at' | 'created_at' | 'updated_at'
>;

/** Documents, through the driver, because a Mongoose model would cast their data. Rejects with `StoreUnavailable`. */
@Injectable()
export class DocumentsRepository {
  constructor(
    private readonly mongo: Mongo,
    private readonly pages: KeyPages,
  ) {}

  /** Includes a deleted document. */
  find(orgId: string, key: string): Promise<StoredDocument | null> {
    return this.mongo.run('find', () =>
      this.documents().findOne({ organization_id: orgId, key }, { projection: NOT_CARRIED }),
    );
  }

  /**
   * Changes a document that still has the version `from`, together with the effects of the change. Null if another
   * writer has changed it first, or if this very request was carried out already.
   */
  change(
    { _id, organization_id, version: from }: StoredDocument,
    fields: DocumentFields,
    effects: readonly Effect[],
    request: IdempotentRequest | null,
  ): Promise<StoredDocument | null> {
    const update = withRecord(withEffects({ $set: fields }, ...effects), request);
    return this.mongo.run('findOneAndUpdate', () =>
      this.documents().findOneAndUpdate(
        unrecorded({ _id, organization_id, version: from }, request),
        update,
        { returnDocument: 'after', projection: NOT_CARRIED },
      ),
    );
  }

  /** In the order of keys, from `after` on. */
  list(orgId: string, prefix: string, limit: number, after: string | null): Promise<StoredDocument[]> {
    return this.pages.ascending<StoredDocument>(DOCUMENTS_COLLECTION, {
      filter: { organization_id: orgId },
      field: 'key',
      where: { deleted_at: null },
      ...{ prefix, after, limit, projection: NOT_CARRIED },
    });
  }

  async count(orgId: string): Promise<number> {
    const found = await this.mongo.run('find', () =>
      this.mongo.collection<DocumentCount>(DOCUMENT_COUNTS_COLLECTION).findOne({ _id: orgId }),
    );
    return found?.count ?? 0;
  }

  private documents() {
    return this.mongo.collection<StoredDocument>(DOCUMENTS_COLLECTION);
  }
}
