import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';

import { TaggedCache } from '../../cache/tagged-cache.js';
import type { DocumentHome } from '../collections/document-home.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import { Declarations } from '../declarations.js';
import type { ComparedBatch } from './check.js';
import { tagsOfDocument } from './document-tags.js';
import { DocumentWalk } from './document-walk.mongo.repository.js';
import { type DocumentKey, Documents, type FoundDocument } from './documents.mongo.repository.js';
import { EventHistory } from './event-history.pg.repository.js';
import type { KeyRange } from './key-slices.js';
import { type OrganizationRegister, OrganizationsOfRecord } from './organizations.pg.read-model.js';

const OWNER = ['organization_id'];

/** Documents of an organisation that never existed, or of a deleted one if they are deleted with it. */
@Injectable()
export class OrphanDocuments {
  constructor(
    private readonly walk: DocumentWalk,
    private readonly documents: Documents,
    private readonly organizations: OrganizationsOfRecord,
    private readonly history: EventHistory,
    private readonly cache: TaggedCache,
    private readonly declarations: Declarations,
    private readonly modules: ModuleRef,
  ) {}

  /** `since`: only documents whose key was made then or later. */
  async *compare(since: Date | null = null): AsyncGenerator<ComparedBatch> {
    for (const owned of this.declarations.collections)
      if (!owned.expires) yield* this.compareOwners(owned, since);
  }

  /**
   * A document that was made from an event is left to the check of that event. A stray document is moved to its
   * organisation or removed.
   */
  async repair(collection: string, id: DocumentKey): Promise<string | null> {
    const owned = this.declarations.collections.find(({ name }) => name === collection);
    const document = await this.documents.one(collection, id);
    if (!owned || !document) return 'found it gone already';
    const unknown = await this.register(owned).unknown([document['organization_id']]);
    if (unknown.size === 0) return 'found it right already';
    if (typeof id === 'string' && id < (await this.history.beginning()))
      return 'found it older than the log by now';
    if (typeof id === 'string' && (await this.history.byIds([id])).has(id)) return null;
    const home = await this.homeOf(owned, document);
    if (home === null) await this.documents.remove(collection, id);
    else await this.documents.set(collection, id, { organization_id: home });
    await this.cache.invalidate(tagsOfDocument(owned.resource, { ...document, organization_id: home }));
    return home === null ? 'removed it' : 'gave it back to the organisation of who acted';
  }

  private async homeOf({ home }: OwnedCollection, document: FoundDocument): Promise<string | null> {
    return home ? this.modules.get<DocumentHome>(home, { strict: false }).homeOf(document) : null;
  }

  private register({ ofOrganization }: OwnedCollection): OrganizationRegister {
    return this.organizations.register({ isDeletedKnown: ofOrganization === 'kept' });
  }

  private async *compareOwners(owned: OwnedCollection, since: Date | null): AsyncGenerator<ComparedBatch> {
    const register = this.register(owned);
    for await (const { keys, count, examples } of this.walk.overviews(owned.name, { same: OWNER }, since)) {
      const owners = examples?.map((example) => example['organization_id']);
      const isRight = owners !== undefined && (await register.unknown(owners)).size === 0;
      if (isRight) yield { compared: count, differences: [] };
      else yield* this.compareEach(owned, keys, register);
    }
  }

  private async *compareEach(
    { name: collection, resource }: OwnedCollection,
    keys: KeyRange,
    register: OrganizationRegister,
  ): AsyncGenerator<ComparedBatch> {
    for await (const documents of this.walk.within(collection, OWNER, keys)) {
      const unknown = await register.unknown(documents.map((document) => document['organization_id']));
      const beginning = unknown.size === 0 ? '' : await this.history.beginning();
      const suspects = documents.filter(
        (document) => unknown.has(document['organization_id']) && document._id >= beginning,
      );
      // They may have been removed, or moved, by now.
      const now = await this.documents.byIds(
        collection,
        suspects.map(({ _id }) => _id),
        OWNER,
      );
      const orphans = [...now.values()].filter((document) => unknown.has(document['organization_id']));
      yield {
        compared: documents.length,
        differences: orphans.map((orphan) => ({
          kind: 'extra' as const,
          record: `${collection}/${String(orphan._id)}`,
          id: orphan._id,
          detail: 'its organisation never was',
          tags: tagsOfDocument(resource, orphan),
        })),
      };
    }
  }
}
