import { tags } from '../../cache/tags.js';
import type { OwnedCollection } from '../collections/owned-collection.js';
import type { RecordedEvent } from '../outbox/domain-event.js';
import type { ProjectedWrite, Projection } from '../projections/projection.js';

/**
 * The cache tag of answers that show an account named by a document, in addition to the tags of the document itself.
 * The answers become stale when the account is deleted.
 */
export const erasureTag = (orgId: string, resource: string): string =>
  tags.collection(orgId, `${resource}-erasures`);

/**
 * What the deletion of an organisation or an account does to the documents that MongoDB owns, as their collections
 * declare it.
 */
export const ownersProjection = (collections: readonly OwnedCollection[]): Projection => ({
  name: 'owners',
  handles: ['organization.deleted', 'user.deleted'],
  writes: (event) =>
    event.type === 'organization.deleted'
      ? ofOrganization(collections, event.aggregate.id)
      : ofAccount(collections, event.aggregate.id),
  tags: (event) => staleTags(collections, event),
});

const ofOrganization = (collections: readonly OwnedCollection[], orgId: string): ProjectedWrite[] =>
  collections
    .filter((owned) => owned.ofOrganization === 'deleted')
    .map(({ name }) => ({ collection: name, deleteMany: { filter: { organization_id: orgId } } }));

/**
 * Answers that are stored for a repeated request (`Idempotency-Key`) name the account as the document did, so they are
 * removed.
 */
const FORGOTTEN = { $unset: { idempotency: '' } };

const ofAccount = (collections: readonly OwnedCollection[], userId: string): ProjectedWrite[] =>
  collections.flatMap(({ name, ofAccount: erasures }) =>
    erasures.map(({ field, effect }): ProjectedWrite => {
      const filter = { [field]: userId };
      return effect === 'deleted'
        ? { collection: name, deleteMany: { filter } }
        : { collection: name, updateMany: { filter, update: { $set: effect, ...FORGOTTEN } } };
    }),
  );

/**
 * The event's own tags name the organisations of the account. Answers of other organisations that show it stay until
 * they expire.
 */
function staleTags(collections: readonly OwnedCollection[], event: RecordedEvent): string[] {
  const isConcerned = (owned: OwnedCollection): boolean =>
    event.type === 'organization.deleted' ? owned.ofOrganization === 'deleted' : owned.ofAccount.length > 0;
  const orgIds = new Set([event.orgId, ...event.tags.flatMap((tag) => /^o:([^:]+):/.exec(tag)?.[1] ?? [])]);
  return collections
    .filter(isConcerned)
    .flatMap(({ resource }) =>
      [...orgIds].flatMap((orgId) => [tags.collection(orgId, resource), erasureTag(orgId, resource)]),
    );
}
