import { foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { memberships, organizations } from '../organizations/organizations.table.js';
import { moment } from '../../stores/postgres/columns.js';
import { ROOM_ROLES, ROOM_TYPES } from './room.js';

/** The rooms: `direct` between two people, `group` for any number (a channel of S3). */
export const conversations = pgTable(
  'conversations',
  {
    id: uuid().primaryKey(),
    organizationId: uuid('organization_id')
      .notNull()
      .references(() => organizations.id, { onDelete: 'cascade' }),
    type: text({ enum: ROOM_TYPES }).notNull(),
    name: text(),
    /** For a direct room: the ids of its two people, the smaller first, so that two people have only one room. */
    directKey: text('direct_key'),
    createdAt: moment('created_at').notNull().defaultNow(),
  },
  (table) => [uniqueIndex('conversations_direct_key').on(table.organizationId, table.directKey)],
);

/** The members of a room. A membership ends with the membership in the organisation. */
export const roomMembers = pgTable(
  'room_members',
  {
    roomId: uuid('room_id')
      .notNull()
      .references(() => conversations.id, { onDelete: 'cascade' }),
    organizationId: uuid('organization_id').notNull(),
    userId: uuid('user_id').notNull(),
    role: text({ enum: ROOM_ROLES }).notNull(),
    joinedAt: moment('joined_at').notNull().defaultNow(),
    /** The position up to which the member has read: that of a message, or the moment of joining. */
    lastReadAt: moment('last_read_at').notNull(),
    lastReadId: uuid('last_read_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.roomId, table.userId] }),
    foreignKey({
      name: 'room_members_membership_fk',
      columns: [table.organizationId, table.userId],
      foreignColumns: [memberships.organizationId, memberships.userId],
    }).onDelete('cascade'),
    index('room_members_organization_id_user_id_idx').on(table.organizationId, table.userId, table.roomId),
  ],
);
