import { Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { Clock } from '../../common/time/clock.js';
import type { StreamEvent, StreamSource } from '../../flows/live/stream-source.js';
import { toMessageResponse } from './message.response.js';
import { RoomAccess } from './room-access.service.js';
import { ownRoomsChannel, roomChannel } from './room-channels.js';
import { eventIdOf, type RoomEvent, seqOf } from './room-event.js';
import { RoomEventsRepository } from './room-events.pg.repository.js';
import { RoomReadingRepository } from './room-reading.pg.repository.js';
import type { Person } from './room.js';
import { canReadRooms } from './rooms.policy.js';
import { RoomsRepository } from './rooms.pg.repository.js';

/** How many announcements one stream listens to. For further rooms it polls. */
const MAX_CHANNELS = 500;

/** The events of a room, or of all rooms of the caller, as a stream. */
@Injectable()
export class RoomStreams {
  constructor(
    private readonly access: RoomAccess,
    private readonly events: RoomEventsRepository,
    private readonly reading: RoomReadingRepository,
    private readonly rooms: RoomsRepository,
    private readonly clock: Clock,
  ) {}

  /** Throws `NoSuchRoom`. */
  async ofRoom(actor: Principal, roomId: string): Promise<StreamSource> {
    const room = await this.access.room(actor, roomId);
    return this.source(actor, room.id, [roomChannel(room.id), ownRoomsChannel(actor.userId)]);
  }

  async ofAllRooms(actor: Principal): Promise<StreamSource> {
    assertCan(canReadRooms(actor));
    const { orgId, userId } = actor;
    const rooms = await this.reading.ids(orgId, userId, MAX_CHANNELS);
    return this.source(actor, null, [...rooms.map(roomChannel), ownRoomsChannel(userId)]);
  }

  private source(actor: Principal, roomId: string | null, channels: readonly string[]): StreamSource {
    return {
      channels,
      begin: async () => eventIdOf(await this.events.newest()),
      read: (afterId, limit) => this.read(actor, roomId, afterId, limit),
    };
  }

  private async read(
    { orgId, userId }: Principal,
    roomId: string | null,
    afterId: string | null,
    limit: number,
  ): Promise<readonly StreamEvent[]> {
    const newest = await this.events.newest();
    const seq = afterId === null ? newest.seq : seqOf(afterId, this.clock.now());
    // The id is too old, was never ours, or belongs to a database that was restored since, so the missed events are
    // unknown.
    if (seq === null || seq > newest.seq) return [{ id: eventIdOf(newest), event: 'reset', data: null }];
    if (seq === newest.seq) return [];
    const events = await this.events.after(orgId, userId, roomId, seq, limit);
    const ids = events.flatMap(({ message }) => message?.memberId ?? []);
    const people = await this.rooms.people([...new Set(ids)]);
    const byId = new Map(people.map((person) => [person.id, person]));
    return events.map((event) => ({ id: eventIdOf(event), event: event.type, data: dataOf(event, byId) }));
  }
}

/** The message in its present state, so an event about a message that was deleted since contains nothing of it. */
function dataOf(event: RoomEvent, people: ReadonlyMap<string, Person>): unknown {
  if (event.type === 'room.read')
    return {
      ...{ room_id: event.roomId, user_id: event.userId, message_id: event.messageId },
      read_at: event.createdAt.toISOString(),
    };
  return event.message
    ? toMessageResponse(event.message, people)
    : { id: event.messageId, room_id: event.roomId };
}
