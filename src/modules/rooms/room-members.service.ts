import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { LiveChannels } from '../../flows/live/live-channels.js';
import { Outbox } from '../../flows/outbox/outbox.js';
import { Postgres, type Tx } from '../../stores/postgres/postgres.js';
import { RoomAccess } from './room-access.service.js';
import { ownRoomsChannel } from './room-channels.js';
import { MAX_MEMBERS, type Room, type RoomMember, type RoomRole } from './room.js';
import {
  AlreadyInRoom,
  DirectRoomIsFixed,
  NoSuchRoom,
  NoSuchRoomMember,
  NotOfOrganization,
  TooManyMembers,
} from './rooms.errors.js';
import { roomMemberAdded, roomMemberRemoved } from './rooms.events.js';
import { RoomsRepository } from './rooms.pg.repository.js';
import { canRemoveMember, canWriteRooms, isInRoom, isRoomOwner } from './rooms.policy.js';

/** The members of a group room. Those of a direct room never change. */
@Injectable()
export class RoomMembersService {
  constructor(
    private readonly postgres: Postgres,
    private readonly rooms: RoomsRepository,
    private readonly access: RoomAccess,
    private readonly outbox: Outbox,
    private readonly live: LiveChannels,
  ) {}

  /** In the order of joining. Throws `NoSuchRoom`. */
  async list(actor: Principal, roomId: string): Promise<readonly RoomMember[]> {
    return (await this.access.room(actor, roomId)).members;
  }

  /**
   * Only by an owner. Throws `NoSuchRoom`, `DirectRoomIsFixed`, `NotOfOrganization`, `AlreadyInRoom`,
   * `TooManyMembers`.
   */
  async add(actor: Principal, roomId: string, userId: string, role: RoomRole): Promise<RoomMember> {
    const member = await this.change(actor, roomId, async (tx, room) => {
      assertCan(isRoomOwner(actor, room));
      if (room.members.length >= MAX_MEMBERS) throw new TooManyMembers(MAX_MEMBERS);
      const [person] = await this.rooms.membersOfOrganization(tx, actor.orgId, [userId]);
      if (!person) throw new NotOfOrganization(['user_id']);
      const added = await this.rooms.addMembers(tx, actor.orgId, roomId, [{ userId, role }]);
      if (added.length === 0) throw new AlreadyInRoom();
      await this.outbox.add(tx, roomMemberAdded(actor, roomId, person, role));
      const now = await this.rooms.findIn(tx, actor.orgId, roomId);
      return now?.members.find(({ id }) => id === userId);
    });
    if (!member) throw new NoSuchRoomMember();
    this.live.announce(ownRoomsChannel(userId));
    return member;
  }

  /**
   * The caller itself, or any member if the caller is an owner. Throws `NoSuchRoom`, `NoSuchRoomMember`,
   * `DirectRoomIsFixed`.
   */
  async remove(actor: Principal, roomId: string, userId: string): Promise<void> {
    await this.change(actor, roomId, async (tx, room) => {
      assertCan(canRemoveMember(actor, room, userId));
      if (!room.members.some(({ id }) => id === userId)) throw new NoSuchRoomMember();
      const [person] = await this.rooms.membersOfOrganization(tx, actor.orgId, [userId]);
      const isGone = await this.rooms.removeMember(tx, actor.orgId, roomId, userId);
      if (!isGone || !person) throw new NoSuchRoomMember();
      await this.outbox.add(tx, roomMemberRemoved(actor, roomId, person));
    });
    this.live.announce(ownRoomsChannel(userId));
  }

  /** With the state of the room under its lock. */
  private async change<T>(
    actor: Principal,
    roomId: string,
    work: (tx: Tx, room: Room) => Promise<T>,
  ): Promise<T> {
    await this.access.room(actor, roomId);
    assertCan(canWriteRooms(actor));
    return this.postgres.transaction(async (tx) => {
      await this.rooms.lock(tx, actor.orgId, roomId);
      const room = await this.rooms.findIn(tx, actor.orgId, roomId);
      if (!room || !isInRoom(actor, room)) throw new NoSuchRoom();
      if (room.type === 'direct') throw new DirectRoomIsFixed();
      return work(tx, room);
    });
  }
}
