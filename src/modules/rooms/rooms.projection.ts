import type { Projection } from '../../flows/projections/projection.js';
import { DIRECT_MESSAGES_COLLECTION } from './direct-message.schema.js';

/** Deletes the messages of an organisation with it. In PostgreSQL foreign keys do that. */
export const roomsProjection: Projection = {
  name: 'rooms',
  handles: ['organization.deleted'],
  writes: ({ orgId }) => [
    { collection: DIRECT_MESSAGES_COLLECTION, deleteMany: { filter: { organization_id: orgId } } },
  ],
  tags: () => [],
};
