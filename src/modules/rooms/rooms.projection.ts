import type { Projection } from '../../flows/projections/projection.js';
import { DIRECT_MESSAGES_COLLECTION } from './direct-message.schema.js';

/** The messages of an organisation go with it. In PostgreSQL foreign keys see to it. */
export const roomsProjection: Projection = {
  name: 'rooms',
  handles: ['organization.deleted'],
  writes: ({ orgId }) => [
    { collection: DIRECT_MESSAGES_COLLECTION, deleteMany: { filter: { organization_id: orgId } } },
  ],
  tags: () => [],
};
