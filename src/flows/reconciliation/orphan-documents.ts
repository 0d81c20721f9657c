import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { ACTIVITY_COLLECTION } from '../../modules/activity/activity-log.schema.js';
import { ANALYTICS_COLLECTION } from '../../modules/analytics/analytics-event.schema.js';
import { AccountsOfRecord } from './accounts.pg.read-model.js';
import type { ComparedBatch } from './check.js';
import { tagsOfDocument } from './document-tags.js';
import { DocumentWalk } from './document-walk.mongo.repository.js';
import { type DocumentKey, Documents } from './documents.mongo.repository.js';
import { homeOf } from './entry-origin.js';
import { EventHistory } from './event-history.pg.repository.js';
import type { KeyRange } from './key-slices.js';
import { type OrganizationRegister, OrganizationsOfRecord } from './organizations.pg.read-model.js';

/** Collections whose documents belong to an organisation, and the resource that their cache tags name. */
const OWNED: Readonly<Record<string, string>> = {
  [ACTIVITY_COLLECTION]: 'activity',
  [ANALYTICS_COLLECTION]: 'analytics',
};
const OWNER = ['organization_id'];
const FIELDS = [...OWNER, 'source', 'message_id', 'actor_id', 'api_key_id'];

/** Documents of an organisation that never was. */
@Injectable()
export class OrphanDocuments {
  constructor(
    private readonly walk: DocumentWalk,
    private readonly documents: Documents,
    private readonly organizations: OrganizationsOfRecord,
    private readonly history: EventHistory,
    private readonly accounts: AccountsOfRecord,
    private readonly cache: TaggedCache,
  ) {}

  async *compare(): AsyncGenerator<ComparedBatch> {
    for (const [collection, resource] of Object.entries(OWNED)) {
      yield* this.compareOwners(collection, resource);
    }
  }

  /** What was made from an event is for the check of that event to restore; a stray entry goes home or away. */
  async repair(collection: string, id: DocumentKey): Promise<string | null> {
    const document = await this.documents.one(collection, id, FIELDS);
    if (!document) return 'found it gone already';
    const unknown = await this.organizations.register().unknown([document['organization_id']]);
    if (unknown.size === 0) return 'found it right already';
    if (typeof id === 'string' && id < (await this.history.beginning()))
      return 'found it older than the log by now';
    if (typeof id === 'string' && (await this.history.byIds([id])).has(id)) return null;
    const home =
      collection === ACTIVITY_COLLECTION ? homeOf(document, await this.accounts.originsOf([document])) : null;
    if (home === null) await this.documents.remove(collection, id);
    else await this.documents.set(collection, id, { organization_id: home });
    const moved = { ...document, organization_id: home };
    await this.cache.invalidate(tagsOfDocument(OWNED[collection] ?? '', moved));
    return home === null ? 'removed it' : 'gave it back to the organisation of who acted';
  }

  private async *compareOwners(collection: string, resource: string): AsyncGenerator<ComparedBatch> {
    const register = this.organizations.register();
    for await (const { keys, count, examples } of this.walk.overviews(collection, { same: OWNER })) {
      const owners = examples?.map((example) => example['organization_id']);
      const isRight = owners !== undefined && (await register.unknown(owners)).size === 0;
      if (isRight) yield { compared: count, differences: [] };
      else yield* this.compareEach(collection, resource, keys, register);
    }
  }

  private async *compareEach(
    collection: string,
    resource: string,
    keys: KeyRange,
    register: OrganizationRegister,
  ): AsyncGenerator<ComparedBatch> {
    for await (const documents of this.walk.within(collection, OWNER, keys)) {
      const unknown = await register.unknown(documents.map((document) => document['organization_id']));
      const beginning = unknown.size === 0 ? '' : await this.history.beginning();
      const suspects = documents.filter(
        (document) => unknown.has(document['organization_id']) && document._id >= beginning,
      );
      // They may be gone, or moved, by now.
      const now = await this.documents.byIds(
        collection,
        suspects.map(({ _id }) => _id),
        FIELDS,
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
