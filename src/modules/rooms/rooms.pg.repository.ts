import { Injectable } from '@nestjs/common';
import { and, asc, eq, inArray, sql } from 'drizzle-orm';

import { newId } from '../../common/ids/ids.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { memberships } from '../organizations/organizations.table.js';
import { users } from '../users/users.table.js';
import { timeOfId } from './message.js';
import type { Person, Room, RoomRole, RoomType } from './room.js';
import { withOwner } from './room.js';
import { conversations, roomMembers } from './rooms.table.js';

export interface NewRoom {
  id: string;
  type: RoomType;
  name: string | null;
  directKey: string | null;
}

export interface NewMember {
  userId: string;
  role: RoomRole;
}

/** Rooms and their members. */
@Injectable()
export class RoomsRepository {
  constructor(private readonly postgres: Postgres) {}

  /** False: the two people already have a direct room. */
  async insert(tx: Tx, orgId: string, room: NewRoom): Promise<boolean> {
    const rows = await tx
      .insert(conversations)
      .values({ organizationId: orgId, ...room })
      .onConflictDoNothing({ target: [conversations.organizationId, conversations.directKey] })
      .returning({ id: conversations.id });
    return rows.length > 0;
  }

  async directRoomId(tx: Tx, orgId: string, directKey: string): Promise<string | null> {
    const [row] = await tx
      .select({ id: conversations.id })
      .from(conversations)
      .where(and(eq(conversations.organizationId, orgId), eq(conversations.directKey, directKey)));
    return row?.id ?? null;
  }

  /** Returns those that were not in it. Messages from before a person joined count as read. */
  async addMembers(tx: Tx, orgId: string, roomId: string, members: readonly NewMember[]): Promise<string[]> {
    const position = newId();
    const read = { lastReadAt: timeOfId(position), lastReadId: position };
    const rows = await tx
      .insert(roomMembers)
      .values(members.map((member) => ({ roomId, organizationId: orgId, ...member, ...read })))
      .onConflictDoNothing()
      .returning({ userId: roomMembers.userId });
    return rows.map(({ userId }) => userId);
  }

  async removeMember(tx: Tx, orgId: string, roomId: string, userId: string): Promise<boolean> {
    const rows = await tx
      .delete(roomMembers)
      .where(
        and(
          eq(roomMembers.organizationId, orgId),
          eq(roomMembers.roomId, roomId),
          eq(roomMembers.userId, userId),
        ),
      )
      .returning({ userId: roomMembers.userId });
    return rows.length > 0;
  }

  /** Locked until the transaction ends, so that only one transaction at a time counts and changes members. */
  async lock(tx: Tx, orgId: string, roomId: string): Promise<boolean> {
    const rows = await tx
      .select({ id: conversations.id })
      .from(conversations)
      .where(and(eq(conversations.organizationId, orgId), eq(conversations.id, roomId)))
      .for('no key update');
    return rows.length > 0;
  }

  /** Those of these accounts that are members of the organisation, with their addresses. */
  async membersOfOrganization(
    tx: Tx,
    orgId: string,
    userIds: readonly string[],
  ): Promise<{ userId: string; email: string }[]> {
    if (userIds.length === 0) return [];
    return tx
      .select({ userId: users.id, email: users.email })
      .from(memberships)
      .innerJoin(users, eq(users.id, memberships.userId))
      .where(and(eq(memberships.organizationId, orgId), inArray(memberships.userId, [...userIds])));
  }

  async find(orgId: string, roomId: string): Promise<Room | null> {
    return this.postgres.run((db) => this.findIn(db, orgId, roomId));
  }

  async findIn(
    db: Parameters<Parameters<Postgres['run']>[0]>[0],
    orgId: string,
    roomId: string,
  ): Promise<Room | null> {
    const rows = await db
      .select({
        type: conversations.type,
        name: conversations.name,
        createdAt: conversations.createdAt,
        id: users.id,
        username: users.username,
        avatar: users.avatar,
        role: roomMembers.role,
        joinedAt: roomMembers.joinedAt,
      })
      .from(conversations)
      .innerJoin(roomMembers, eq(roomMembers.roomId, conversations.id))
      .innerJoin(users, eq(users.id, roomMembers.userId))
      .where(and(eq(conversations.organizationId, orgId), eq(conversations.id, roomId)))
      .orderBy(asc(roomMembers.joinedAt), asc(roomMembers.userId));
    const [first] = rows;
    if (!first) return null;
    const members = rows.map(({ id, username, avatar, role, joinedAt }) => ({
      ...{ id, username, avatar, role, joinedAt: joinedAt.toISOString() },
    }));
    return {
      ...{ id: roomId, organizationId: orgId, type: first.type, name: first.name },
      createdAt: first.createdAt.toISOString(),
      members: withOwner(first.type, members),
    };
  }

  /** The displayed data of accounts, whether or not they are members. */
  people(ids: readonly string[]): Promise<Person[]> {
    if (ids.length === 0) return Promise.resolve([]);
    return this.postgres.run((db) =>
      db
        .select({ id: users.id, username: users.username, avatar: users.avatar })
        .from(users)
        .where(inArray(users.id, [...ids])),
    );
  }

  /** The rooms of an account in all organisations. */
  roomsOf(tx: Tx, userId: string): Promise<{ roomId: string; orgId: string }[]> {
    return tx
      .select({ roomId: roomMembers.roomId, orgId: roomMembers.organizationId })
      .from(roomMembers)
      .where(eq(roomMembers.userId, userId));
  }

  /** An erased account is part of no key any more. */
  async forgetDirectKeys(tx: Tx, userId: string): Promise<void> {
    await tx
      .update(conversations)
      .set({ directKey: null })
      .where(
        and(
          eq(conversations.type, 'direct'),
          sql`${conversations.id} in (select room_id from ${roomMembers} where user_id = ${userId}::uuid)`,
        ),
      );
  }
}
