import { sql } from 'drizzle-orm';
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';

import { users } from '../users/users.table.js';
import { moment } from '../../stores/postgres/columns.js';
import type { EarlierVersion } from './message.js';
import { conversations } from './rooms.table.js';

/** Both tables have the same columns, so that one repository serves both. */
const messageTable = (name: string) =>
  pgTable(
    name,
    {
      id: uuid().primaryKey(),
      organizationId: uuid('organization_id').notNull(),
      conversationId: uuid('conversation_id')
        .notNull()
        .references(() => conversations.id, { onDelete: 'cascade' }),
      /** The account of the author. Null once the person is erased. */
      memberId: uuid('member_id').references(() => users.id, { onDelete: 'set null' }),
      /** Null in a tombstone. */
      content: text(),
      fileUrl: text('file_url'),
      deleted: boolean().notNull().default(false),
      version: integer().notNull().default(1),
      /** Makes the POST idempotent: the client's own id, or its `Idempotency-Key`. */
      clientId: text('client_id'),
      /** SHA-256 of the posted content. Null in a tombstone. */
      requestHash: text('request_hash'),
      versions: jsonb().$type<EarlierVersion[]>().notNull().default([]),
      createdAt: moment('created_at').notNull(),
      updatedAt: moment('updated_at').notNull(),
      /** Since when MongoDB may lack this version. Null: MongoDB has it, or does not need it. */
      unsyncedSince: moment('unsynced_since'),
    },
    (table) => [
      index(`${name}_conversation_id_created_at_id_idx`).on(table.conversationId, table.createdAt, table.id),
      index(`${name}_member_id_idx`).on(table.memberId),
      uniqueIndex(`${name}_client_id_key`)
        .on(table.conversationId, table.memberId, table.clientId)
        .where(sql`${table.clientId} is not null`),
      index(`${name}_unsynced_idx`)
        .on(table.conversationId, table.createdAt, table.id)
        .where(sql`${table.unsyncedSince} is not null`),
      index(`${name}_unsynced_since_idx`)
        .on(table.unsyncedSince)
        .where(sql`${table.unsyncedSince} is not null`),
    ],
  );

/** The copy of the MongoDB collection with the same name. */
export const directMessages = messageTable('direct_messages');

/** Messages of group rooms, which exist only here. */
export const groupMessages = messageTable('messages');

/** The columns of a message, under its property names. */
export const messageColumns = (table: typeof directMessages) => ({
  id: table.id,
  organizationId: table.organizationId,
  roomId: table.conversationId,
  memberId: table.memberId,
  content: table.content,
  fileUrl: table.fileUrl,
  isDeleted: table.deleted,
  version: table.version,
  clientId: table.clientId,
  requestHash: table.requestHash,
  versions: table.versions,
  createdAt: table.createdAt,
  updatedAt: table.updatedAt,
});
