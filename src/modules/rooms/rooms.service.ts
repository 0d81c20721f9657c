import { Injectable } from '@nestjs/common';

import { Invalid } from '../../common/errors/kinds.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { newId } from '../../common/ids/ids.js';
import { LiveChannels } from '../../flows/live/live-channels.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { RoomAccess } from './room-access.service.js';
import { ownRoomsChannel } from './room-channels.js';
import { RoomReadingRepository } from './room-reading.pg.repository.js';
import { directKeyOf, type Room, type RoomType } from './room.js';
import { NoSuchRoom, NotOfOrganization, NotTwoPeople } from './rooms.errors.js';
import { roomCreated, roomMemberAdded } from './rooms.events.js';
import { RoomsRepository } from './rooms.pg.repository.js';
import { canReadRooms, canWriteRooms } from './rooms.policy.js';

/** A room, and how much of it the caller has not read. */
export interface OwnRoom {
  room: Room;
  unreadCount: number;
}

export interface RoomInput {
  type: RoomType;
  name: string | null;
  memberIds: readonly string[];
}

@Injectable()
export class RoomsService {
  constructor(
    private readonly postgres: Postgres,
    private readonly rooms: RoomsRepository,
    private readonly reading: RoomReadingRepository,
    private readonly access: RoomAccess,
    private readonly outbox: Outbox,
    private readonly live: LiveChannels,
  ) {}

  /** `isNew` false: the two people already have a direct room. Throws `NotTwoPeople`, `NotOfOrganization`. */
  async create(actor: Principal, input: RoomInput): Promise<OwnRoom & { isNew: boolean }> {
    assertCan(canWriteRooms(actor));
    const others = [...new Set(input.memberIds)].filter((id) => id !== actor.userId);
    if (input.type === 'direct' && others.length !== 1) throw new NotTwoPeople();
    if (input.type === 'direct' && input.name !== null)
      throw new Invalid([{ path: 'name', code: 'not_of_direct', message: 'a direct room has no name' }]);
    const [other = ''] = others;
    const directKey = input.type === 'direct' ? directKeyOf(actor.userId, other) : null;
    const made = await this.postgres.transaction(async (tx) => {
      const members = await this.assertMembers(tx, actor, input, others);
      const room = { id: newId(), type: input.type, name: input.name, directKey };
      const isNew = await this.rooms.insert(tx, actor.orgId, room);
      const id = isNew ? room.id : await this.rooms.directRoomId(tx, actor.orgId, directKey ?? '');
      if (id === null) throw new NoSuchRoom();
      const role = input.type === 'group' ? 'owner' : 'member';
      const people = [
        { userId: actor.userId, role } as const,
        ...others.map((userId) => ({ userId, role: 'member' }) as const),
      ];
      const added = await this.rooms.addMembers(tx, actor.orgId, id, people);
      if (isNew) await this.outbox.add(tx, roomCreated(actor, room, people.length));
      // One of the two had left the organisation and is back.
      else
        await this.outbox.add(
          tx,
          ...members
            .filter(({ userId }) => added.includes(userId))
            .map((member) => roomMemberAdded(actor, id, member, 'member')),
        );
      const found = await this.rooms.findIn(tx, actor.orgId, id);
      if (!found) throw new NoSuchRoom();
      return { room: found, isNew };
    });
    for (const { id } of made.room.members) this.live.announce(ownRoomsChannel(id));
    const [own] = made.isNew ? [] : await this.unread(actor, [made.room.id]);
    return { ...made, unreadCount: own?.unreadCount ?? 0 };
  }

  /** Newest first, and one more than `limit` if it exists. */
  async list(actor: Principal, limit: number, beforeId: string | null): Promise<OwnRoom[]> {
    assertCan(canReadRooms(actor));
    const { orgId, userId } = actor;
    const listed = await this.reading.rooms(orgId, userId, { limit: limit + 1, beforeId });
    const found = await Promise.all(
      listed.map(async ({ id, unreadCount }) => ({ room: await this.access.known(orgId, id), unreadCount })),
    );
    return found.flatMap(({ room, unreadCount }) => (room ? [{ room, unreadCount }] : []));
  }

  /** Throws `NoSuchRoom`. */
  async get(actor: Principal, roomId: string): Promise<OwnRoom> {
    const room = await this.access.room(actor, roomId);
    const [own] = await this.unread(actor, [roomId]);
    return { room, unreadCount: own?.unreadCount ?? 0 };
  }

  private unread({ orgId, userId }: Principal, only: readonly string[]) {
    return this.reading.rooms(orgId, userId, { limit: only.length, beforeId: null, only });
  }

  private async assertMembers(tx: Tx, actor: Principal, input: RoomInput, others: readonly string[]) {
    const members = await this.rooms.membersOfOrganization(tx, actor.orgId, [actor.userId, ...others]);
    const known = new Set(members.map(({ userId }) => userId));
    const unknown = input.memberIds.flatMap((id, at) =>
      others.includes(id) && !known.has(id) ? [`member_ids.${at}`] : [],
    );
    if (unknown.length > 0) throw new NotOfOrganization(unknown);
    return members;
  }
}
