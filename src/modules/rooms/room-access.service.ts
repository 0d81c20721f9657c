import { Injectable } from '@nestjs/common';

import { TaggedCache } from '../../cache/tagged-cache.js';
import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { StoreUnavailable } from '../../stores/store-unavailable.js';
import type { Person, Room } from './room.js';
import { NoSuchRoom } from './rooms.errors.js';
import { RoomsRepository } from './rooms.pg.repository.js';
import { canReadRooms, isInRoom } from './rooms.policy.js';

const TTL_MS = 300_000;
/** How long direct messages continue to work while PostgreSQL is away. */
const GRACE_MS = 24 * 3_600_000;

/**
 * The rooms that a caller may access. Rooms are cached, so that the members of a room stay known while PostgreSQL is
 * away.
 */
@Injectable()
export class RoomAccess {
  constructor(
    private readonly rooms: RoomsRepository,
    private readonly cache: TaggedCache,
  ) {}

  /** Throws `NoSuchRoom` for every caller who is not in it. */
  async room(actor: Principal, roomId: string): Promise<Room> {
    assertCan(canReadRooms(actor));
    const room = isId(roomId) ? await this.known(actor.orgId, roomId) : null;
    if (!room || !isInRoom(actor, room)) throw new NoSuchRoom();
    return room;
  }

  known(orgId: string, roomId: string): Promise<Room | null> {
    return this.cache.readJson(
      {
        orgId,
        key: `room:${roomId}`,
        // Names and pictures of members come from their accounts.
        tags: [tags.entity(orgId, 'rooms', roomId), tags.collection(orgId, 'users')],
        ttlMs: TTL_MS,
        graceMs: GRACE_MS,
        route: 'room',
      },
      () => this.rooms.find(orgId, roomId),
    );
  }

  /**
   * The displayed data of the authors in a room. An author who has left it is looked up, if PostgreSQL is reachable.
   */
  async people(room: Room, ids: readonly (string | null)[]): Promise<ReadonlyMap<string, Person>> {
    const known = new Map<string, Person>(room.members.map((member) => [member.id, member]));
    const others = [...new Set(ids)].filter((id) => id !== null && !known.has(id));
    for (const person of await this.lookUp(others.filter((id) => id !== null))) known.set(person.id, person);
    return known;
  }

  private async lookUp(ids: readonly string[]): Promise<Person[]> {
    try {
      return await this.rooms.people(ids);
    } catch (error) {
      if (error instanceof StoreUnavailable) return [];
      throw error;
    }
  }
}
