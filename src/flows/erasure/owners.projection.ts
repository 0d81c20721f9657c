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

type Deletion = 'organization.deleted' | 'user.deleted';

/** What the deletion of this organisation or account does to the documents of these collections. */
export const erasureWrites = (
  collections: readonly OwnedCollection[],
  type: Deletion,
  id: string,
): ProjectedWrite[] =>
  type === 'organization.deleted' ? ofOrganization(collections, id) : ofAccount(collections, id);

/**
 * What the deletion of an organisation or an account does to the documents that MongoDB owns, as their collections
 * declare it.
 */
export const ownersProjection = (collections: readonly OwnedCollection[]): Projection => ({
  name: 'owners',
  handles: ['organization.deleted', 'user.deleted'],
  writes: (event) => erasureWrites(collections, deletionOf(event), event.aggregate.id),
  tags: (event) => staleTags(collections, deletionOf(event), organizationsOf(event)),
});

const deletionOf = ({ type }: RecordedEvent): Deletion =>
  type === 'organization.deleted' ? type : 'user.deleted';

/**
 * The event's own tags name the organisations of the account. Answers of other organisations that show it stay until
 * they expire.
 */
const organizationsOf = ({ orgId, tags: stale }: RecordedEvent): string[] => [
  ...new Set([orgId, ...stale.flatMap((tag) => /^o:([^:]+):/.exec(tag)?.[1] ?? [])]),
];

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

/** The tags of the answers of these organisations that show what a deletion removes or empties. */
export function staleTags(
  collections: readonly OwnedCollection[],
  type: Deletion,
  orgIds: readonly string[],
): string[] {
  const isConcerned = (owned: OwnedCollection): boolean =>
    type === 'organization.deleted' ? owned.ofOrganization === 'deleted' : owned.ofAccount.length > 0;
  return collections
    .filter(isConcerned)
    .flatMap(({ resource }) =>
      orgIds.flatMap((orgId) => [tags.collection(orgId, resource), erasureTag(orgId, resource)]),
    );
}
