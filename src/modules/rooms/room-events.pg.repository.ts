import { Injectable } from '@nestjs/common';
import { and, asc, eq, gt, inArray, lt, type SQL, sql } from 'drizzle-orm';

import { Postgres } from '../../stores/postgres/postgres.js';
import type { StoredMessage } from './message.js';
import { directMessages, groupMessages, messageColumns } from './messages.table.js';
import { KNOWN_FOR_MS, type RoomEvent } from './room-event.js';
import { roomEvents } from './room-events.table.js';
import { roomMembers } from './rooms.table.js';

/**
 * Every transaction that adds an event holds this lock to its end. So numbers become visible in their order, and no
 * reader misses one.
 */
export const lockEvents: SQL = sql`pg_advisory_xact_lock(hashtextextended('triptych room events', 0))`;

/** A day more than clients rely on, because their ids contain the clocks of several instances. */
const KEPT_MS = KNOWN_FOR_MS + 86_400_000;

@Injectable()
export class RoomEventsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** The number of the newest event, and the present moment. 0 before the first event. */
  async newest(): Promise<{ seq: number; createdAt: Date }> {
    const [row] = await this.postgres.run((db) =>
      db.select({ seq: sql<number>`coalesce(max(${roomEvents.seq}), 0)::float8` }).from(roomEvents),
    );
    return { seq: row?.seq ?? 0, createdAt: new Date() };
  }

  /** The events after `seq` in the present rooms of the person, oldest first: in one of them, or in all. */
  async after(
    orgId: string,
    userId: string,
    roomId: string | null,
    seq: number,
    limit: number,
  ): Promise<RoomEvent[]> {
    const rows = await this.postgres.run((db) =>
      db
        .select({
          seq: roomEvents.seq,
          type: roomEvents.type,
          roomId: roomEvents.roomId,
          messageId: roomEvents.messageId,
          userId: roomEvents.userId,
          createdAt: roomEvents.createdAt,
        })
        .from(roomEvents)
        .innerJoin(
          roomMembers,
          and(eq(roomMembers.roomId, roomEvents.roomId), eq(roomMembers.userId, userId)),
        )
        .where(
          and(
            eq(roomEvents.organizationId, orgId),
            roomId === null ? undefined : eq(roomEvents.roomId, roomId),
            gt(roomEvents.seq, seq),
          ),
        )
        .orderBy(asc(roomEvents.seq))
        .limit(limit),
    );
    const messages = await this.messagesOf(rows.map(({ messageId }) => messageId));
    return rows.map((row) => ({ ...row, message: messages.get(row.messageId) ?? null }));
  }

  async deleteOld(now: Date): Promise<void> {
    await this.postgres.run((db) =>
      db.delete(roomEvents).where(lt(roomEvents.createdAt, new Date(now.getTime() - KEPT_MS))),
    );
  }

  private async messagesOf(ids: readonly string[]): Promise<ReadonlyMap<string, StoredMessage>> {
    const wanted = [...new Set(ids)];
    if (wanted.length === 0) return new Map();
    const [direct, group] = await Promise.all(
      [directMessages, groupMessages].map((table) =>
        this.postgres.run((db) =>
          db
            .select({ ...messageColumns(table), versions: sql<[]>`'[]'::jsonb` })
            .from(table)
            .where(inArray(table.id, wanted)),
        ),
      ),
    );
    return new Map([...(direct ?? []), ...(group ?? [])].map((message) => [message.id, message]));
  }
}
