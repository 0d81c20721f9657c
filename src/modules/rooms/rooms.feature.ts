import type { Feature } from '../../feature.js';
import { directMessageSchema, DIRECT_MESSAGES_COLLECTION } from './direct-message.schema.js';
import { DirectMessagesCheck } from './direct-messages.check.js';
import { RoomsDemo } from './rooms.demo.js';
import { RoomsEraser } from './rooms.eraser.js';
import { RoomsModule } from './rooms.module.js';
import { roomsProjection } from './rooms.projection.js';

export const rooms: Feature = {
  name: 'rooms',
  about: 'Chat between two people and in groups, which goes on while either store is away.',
  module: RoomsModule,
  events: ['room.created', 'room.member_added', 'room.member_removed'],
  collections: [
    {
      name: DIRECT_MESSAGES_COLLECTION,
      schema: directMessageSchema,
      resource: 'rooms',
      duplicates: 'refused',
      cut: { recordedAt: 'created_at', isDerived: () => false },
      ofOrganization: 'deleted',
      ofAccount: [{ field: 'member_id', effect: { member_id: null } }],
    },
  ],
  projections: [roomsProjection],
  checks: [DirectMessagesCheck],
  erasers: [RoomsEraser],
  demo: RoomsDemo,
};
