import { Injectable } from '@nestjs/common';

import { NotFound, PreconditionFailed } from '../../common/errors/kinds.js';
import { assertIfMatch } from '../../common/http/etag.js';
import { type Json, mergePatch } from '../../common/http/merge-patch.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { Effects } from '../../flows/effects/effects.js';
import { violatedUniqueIndex } from '../../stores/mongo/mongo-errors.js';
import { IdempotentDocuments } from '../idempotency/documents/idempotent-documents.service.js';
import type { IdempotentRequest } from '../idempotency/documents/idempotent-request.js';
import { DOCUMENTS_COLLECTION, type StoredDocument } from './document.js';
import { assertStorable } from './document-data.js';
import { type DocumentChange, effectsOf } from './document.effects.js';
import { toDocumentResponse } from './document.response.js';
import { documentsCollection } from './documents.collection.js';
import { TooManyWriters } from './documents.errors.js';
import { DocumentsRepository } from './documents.mongo.repository.js';
import { canChangeDocuments, canReadDocuments } from './documents.policy.js';

/** A writer's conditions on the stored document. */
export interface Conditions {
  ifMatch?: string | undefined;
  /** `*`: only if there is none. */
  ifNoneMatch?: string | undefined;
}

/** A try fails only if another writer succeeded, so only more than a hundred concurrent writers reach the limit. */
const ATTEMPTS = 100;

const notFound = () => new NotFound('There is no such document.');

/** The documents of one organisation. Rejects with `StoreUnavailable` while MongoDB is away. */
@Injectable()
export class DocumentsService {
  constructor(
    private readonly documents: DocumentsRepository,
    private readonly idempotent: IdempotentDocuments,
    private readonly effects: Effects,
    private readonly clock: Clock,
  ) {}

  /** Throws `NotFound`. */
  get(actor: Principal, key: string): Promise<StoredDocument> {
    assertCan(canReadDocuments(actor));
    return this.existing(actor.orgId, key);
  }

  /** For callers that have checked the permission. Throws `NotFound`. */
  async existing(orgId: string, key: string): Promise<StoredDocument> {
    const document = await this.documents.find(orgId, key);
    if (!document || document.deleted_at) throw notFound();
    return document;
  }

  /** In the order of keys, and one more than `limit` if it exists. */
  list(actor: Principal, prefix: string, limit: number, after: string | null): Promise<StoredDocument[]> {
    assertCan(canReadDocuments(actor));
    return this.documents.list(actor.orgId, prefix, limit + 1, after);
  }

  /** How many documents an organisation has, for figures with a scope of their own. */
  countIn(orgId: string): Promise<number> {
    return this.documents.count(orgId);
  }

  /** Throws `UnstorableData`, `PreconditionFailed`, `TooManyWriters`. */
  async put(
    actor: Principal,
    key: string,
    data: Json,
    conditions: Conditions,
    request: IdempotentRequest | null = null,
  ): Promise<{ document: StoredDocument; isNew: boolean }> {
    assertCan(canChangeDocuments(actor));
    assertStorable(data);
    const earlier = request && (await this.idempotent.earlier<StoredDocument>(DOCUMENTS_COLLECTION, request));
    if (earlier) return { document: earlier, isNew: earlier.version === 1 };
    return this.untilFirst(async () => {
      const current = await this.documents.find(actor.orgId, key);
      const present = current?.deleted_at ? null : current;
      assertConditions(present, conditions);
      const document = current
        ? await this.change(actor, current, data, present ? 'document.updated' : 'document.created', request)
        : await this.create(actor, key, data, request);
      return document && { document, isNew: !present };
    });
  }

  /** RFC 7396 on the data. Throws `NotFound`, `UnstorableData`, `PreconditionFailed`, `TooManyWriters`. */
  async patch(
    actor: Principal,
    key: string,
    patch: Json,
    ifMatch: string | undefined,
  ): Promise<StoredDocument> {
    assertCan(canChangeDocuments(actor));
    return this.untilFirst(async () => {
      const current = await this.get(actor, key);
      assertConditions(current, { ifMatch });
      const data = mergePatch(current.data, patch);
      assertStorable(data);
      return this.change(actor, current, data, 'document.updated', null);
    });
  }

  /** Throws `NotFound`, `PreconditionFailed`, `TooManyWriters`. */
  async delete(actor: Principal, key: string, ifMatch: string | undefined): Promise<void> {
    assertCan(canChangeDocuments(actor));
    await this.untilFirst(async () => {
      const current = await this.get(actor, key);
      assertConditions(current, { ifMatch });
      return this.change(actor, current, null, 'document.deleted', null);
    });
  }

  /** Null if another writer has created the document meanwhile. */
  private async create(
    actor: Principal,
    key: string,
    data: Json,
    request: IdempotentRequest | null,
  ): Promise<StoredDocument | null> {
    const at = this.clock.now();
    const document: StoredDocument = {
      _id: newId(),
      organization_id: actor.orgId,
      key,
      data,
      version: 1,
      deleted_at: null,
      created_at: at,
      updated_at: at,
    };
    try {
      const effects = effectsOf(actor, 'document.created', document);
      return await this.idempotent.create(documentsCollection, document, effects, request);
    } catch (error) {
      if (violatedUniqueIndex(error) !== null) return null;
      throw error;
    }
  }

  /** Null if another writer has changed it first. */
  private async change(
    actor: Principal,
    current: StoredDocument,
    data: Json,
    type: DocumentChange,
    request: IdempotentRequest | null,
  ): Promise<StoredDocument | null> {
    const at = new Date(Math.max(this.clock.now().getTime(), current.updated_at.getTime() + 1));
    const fields = {
      data,
      version: current.version + 1,
      deleted_at: type === 'document.deleted' ? at : null,
      created_at: type === 'document.created' ? at : current.created_at,
      updated_at: at,
    };
    const effects = effectsOf(actor, type, { ...current, ...fields });
    const changed = await this.documents.change(current, fields, effects, request);
    if (changed) await this.effects.deliver(documentsCollection, changed._id, effects);
    return changed;
  }

  private async untilFirst<T>(attempt: () => Promise<T | null>): Promise<T> {
    for (let tries = 0; tries < ATTEMPTS; tries += 1) {
      const result = await attempt();
      if (result !== null) return result;
    }
    throw new TooManyWriters();
  }
}

/** Throws `PreconditionFailed`. */
function assertConditions(present: StoredDocument | null, { ifMatch, ifNoneMatch }: Conditions): void {
  if (ifNoneMatch === '*' && present) throw new PreconditionFailed();
  if (ifMatch !== undefined && !present) throw new PreconditionFailed();
  if (present) assertIfMatch(ifMatch, toDocumentResponse(present));
}
