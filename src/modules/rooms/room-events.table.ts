import { bigint, index, integer, pgTable, text, uuid } from 'drizzle-orm/pg-core';

import { moment } from '../../stores/postgres/columns.js';
import { conversations } from './rooms.table.js';
import { ROOM_EVENT_TYPES } from './room-event.js';

/**
 * Events in rooms, for their followers. `seq` follows the order of commits, because each insert takes one lock first.
 * An event refers to a message without repeating it, so that no deleted content is left here.
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
    /** The version of the message that the event reports. Null if it reports none. */
    version: integer(),
    /**
     * For `room.read`: the member who has read. No foreign key, because it is compared with the members when it is
     * read.
     */
    userId: uuid('user_id'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [
    index('room_events_room_id_seq_idx').on(table.roomId, table.seq),
    index('room_events_organization_id_seq_idx').on(table.organizationId, table.seq),
    index('room_events_created_at_idx').on(table.createdAt),
  ],
);
