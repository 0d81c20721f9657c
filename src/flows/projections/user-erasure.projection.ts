import { tags } from '../../cache/tags.js';
import { ACTIVITY_COLLECTION, PERSONAL_DATA_TAG } from '../../modules/activity/activity-log.schema.js';
import type { Projection } from './projection.js';

/** Deleting a user takes the address out of the entries about them, in every organisation; the entries stay. */
export const userErasureProjection: Projection = {
  name: 'user-erasure',
  handles: ['user.deleted'],
  writes: (event) => [
    {
      collection: ACTIVITY_COLLECTION,
      updateMany: { filter: { user_id: event.aggregate.id }, update: { $set: { user_email: null } } },
    },
  ],
  tags: (event) => [
    tags.collection(event.orgId, 'activity'),
    tags.collection(event.orgId, PERSONAL_DATA_TAG),
  ],
};
