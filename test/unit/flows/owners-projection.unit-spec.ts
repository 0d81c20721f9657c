import { describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import type { OwnedCollection } from '../../../src/flows/collections/owned-collection.js';
import { ownersProjection } from '../../../src/flows/erasure/owners.projection.js';
import type { RecordedEvent } from '../../../src/flows/outbox/domain-event.js';

const schema = { indexes: () => [] };
const collections: OwnedCollection[] = [
  { name: 'kept', schema, resource: 'kept', ofOrganization: 'kept', ofAccount: [] },
  {
    name: 'moods',
    schema,
    resource: 'moods',
    ofOrganization: 'deleted',
    ofAccount: [{ field: 'user_id', effect: 'deleted' }],
  },
  {
    name: 'flags',
    schema,
    resource: 'features',
    ofOrganization: 'deleted',
    ofAccount: [{ field: 'created_by', effect: { created_by: null } }],
  },
];

const anEvent = (type: RecordedEvent['type'], orgIds: readonly string[] = []): RecordedEvent => ({
  id: newId(),
  type,
  aggregate: { type: 'any', id: newId() },
  orgId: newId(),
  actor: { userId: null, apiKeyId: null },
  subject: null,
  payload: {},
  tags: orgIds.map((orgId) => `o:${orgId}:users`),
  recordedAt: new Date(),
});

describe('the projection of deleted owners', () => {
  const projection = ownersProjection(collections);

  it('deletes what goes with an organisation', () => {
    const event = anEvent('organization.deleted');
    const filter = { organization_id: event.aggregate.id };
    expect(projection.writes(event)).toEqual([
      { collection: 'moods', deleteMany: { filter } },
      { collection: 'flags', deleteMany: { filter } },
    ]);
  });

  it('deletes or clears what names an account', () => {
    const event = anEvent('user.deleted');
    const userId = event.aggregate.id;
    expect(projection.writes(event)).toEqual([
      { collection: 'moods', deleteMany: { filter: { user_id: userId } } },
      {
        collection: 'flags',
        updateMany: {
          filter: { created_by: userId },
          update: { $set: { created_by: null }, $unset: { idempotency: '' } },
        },
      },
    ]);
  });

  it('makes stale what shows them, in every organisation of the account', () => {
    const other = newId();
    const event = anEvent('user.deleted', [other]);
    const stale = projection.tags(event);
    for (const orgId of [event.orgId, other])
      expect(stale).toEqual(expect.arrayContaining([`o:${orgId}:moods`, `o:${orgId}:features-erasures`]));
    expect(stale.some((tag) => tag.includes('kept'))).toBe(false);
  });
});
