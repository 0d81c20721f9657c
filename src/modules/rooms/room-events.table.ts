import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { conversations } from './rooms.table.js';
import { ROOM_EVENT_TYPES } from './room-event.js';

/**
 * What happened in rooms, for those who follow them. `seq` is in the order of commits: each insert takes one lock first.
 * An event names a message and does not repeat it, so that nothing deleted is left here.
 */
export const roomEvents = pgTable(
  'room_events',
  {
    seq: bigint({ mode: 'number' }).primaryKey().generatedAlwaysAsIdentity(),
    organizationId: uuid('organization_id').notNull(),
    roomId: uuid('room_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    type: text({ enum: ROOM_EVENT_TYPES }).notNull(),
    messageId: uuid('message_id').notNull(),
    /** The version of the message that the event tells of; null where it tells of none. */
    version: integer(),
    /** Of `room.read`: the member who has read. No foreign key: it is compared with the members when it is read. */
    userId: uuid('user_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('room_events_room_id_seq_idx').on(table.roomId, table.seq),
    index('room_events_organization_id_seq_idx').on(table.organizationId, table.seq),
    index('room_events_created_at_idx').on(table.createdAt),
  ],
);
