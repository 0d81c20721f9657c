import { Injectable } from '@nestjs/common';
import { and, desc, eq, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import { uuidArray } from '../../stores/postgres/uuid-array.js';
import type { Position } from './message-store.js';
import { directMessages, groupMessages } from './messages.table.js';
import { lockEvents } from './room-events.pg.repository.js';
import { roomEvents } from './room-events.table.js';
import { conversations, roomMembers } from './rooms.table.js';

/** More are not counted, because a list only shows "1000". */
export const MAX_UNREAD = 1_000;

export interface ListedRoom {
  id: string;
  unreadCount: number;
  lastReadId: string;
}

interface UnreadRow extends Record<string, unknown> {
  id: string;
  unread_count: number;
  last_read_id: string;
}

/** How far members have read. */
@Injectable()
export class RoomReadingRepository {
  constructor(private readonly postgres: Postgres) {}

  /** The rooms of a person, newest first, with the number of unread messages. If rooms are given: only those. */
  async rooms(
    orgId: string,
    userId: string,
    { limit, beforeId, only }: { limit: number; beforeId: string | null; only?: readonly string[] },
  ): Promise<ListedRoom[]> {
    const rows = await this.postgres.run((db) =>
      db.execute<UnreadRow>(sql`
        select room.id, own.last_read_id, case room.type
          when 'direct' then ${unreadIn(directMessages)} else ${unreadIn(groupMessages)} end as unread_count
        from ${roomMembers} as own join ${conversations} as room on room.id = own.room_id
        where own.organization_id = ${orgId}::uuid and own.user_id = ${userId}::uuid
          ${beforeId === null ? sql`` : sql`and own.room_id < ${beforeId}::uuid`}
          ${only === undefined ? sql`` : sql`and own.room_id = any(${uuidArray(only)}::uuid[])`}
        order by own.room_id desc limit ${limit}`),
    );
    return [...rows].map((row) => ({
      ...{ id: row.id, unreadCount: row.unread_count, lastReadId: row.last_read_id },
    }));
  }

  /** The newest rooms of a person. */
  async ids(orgId: string, userId: string, limit: number): Promise<string[]> {
    const rows = await this.postgres.run((db) =>
      db
        .select({ id: roomMembers.roomId })
        .from(roomMembers)
        .where(and(eq(roomMembers.organizationId, orgId), eq(roomMembers.userId, userId)))
        .orderBy(desc(roomMembers.roomId))
        .limit(limit),
    );
    return rows.map(({ id }) => id);
  }

  /** Moves the position forward, never back, and announces it. False: it was there already. */
  async markRead(
    orgId: string,
    roomId: string,
    userId: string,
    { createdAt, id }: Position,
  ): Promise<boolean> {
    const at = sql`${createdAt.toISOString()}::timestamptz`;
    const rows = await this.postgres.run((db) =>
      db.execute<{ id: string }>(sql`
        with lock as materialized (select ${lockEvents}),
        moved as (
          update ${roomMembers} as own set last_read_at = ${at}, last_read_id = ${id}::uuid from lock
          where own.organization_id = ${orgId}::uuid and own.room_id = ${roomId}::uuid
            and own.user_id = ${userId}::uuid and (own.last_read_at, own.last_read_id) < (${at}, ${id}::uuid)
          returning own.room_id
        )
        insert into ${roomEvents} (organization_id, room_id, type, message_id, user_id)
        select ${orgId}::uuid, room_id, 'room.read', ${id}::uuid, ${userId}::uuid from moved returning room_id as id`),
    );
    return rows.length > 0;
  }
}

/** One's own messages count as read, and deleted ones are not counted. */
const unreadIn = (table: typeof directMessages) => sql`(
  select count(*)::int from (
    select 1 from ${table} as message
    where message.conversation_id = room.id
      and (message.created_at, message.id) > (own.last_read_at, own.last_read_id)
      and message.member_id is distinct from own.user_id and not message.deleted
    limit ${sql.raw(String(MAX_UNREAD))}) as unread)`;
