import { Inject, Injectable } from '@nestjs/common';

import { assertIfMatch } from '../../common/http/etag.js';
import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { Clock } from '../../common/time/clock.js';
import { ClientIds } from './client-ids.js';
import { toMessageResponse } from './message.response.js';
import {
  type Draft,
  edited,
  everyVersion,
  type EarlierVersion,
  MAX_VERSIONS,
  newMessage,
  requestHashOf,
  type StoredMessage,
  tombstoneOf,
} from './message.js';
import type { Messages } from './messages.js';
import { MESSAGES_BY_TYPE, type MessagesByType } from './messages-by-type.js';
import { RoomAccess } from './room-access.service.js';
import type { Person, Room } from './room.js';
import {
  ClientIdReused,
  MessageChanged,
  MessageDeleted,
  NoSuchMessage,
  TooManyVersions,
} from './rooms.errors.js';
import { canDeleteMessage, canEditMessage, canReadVersions, canWriteRooms } from './rooms.policy.js';

/** How often a change is retried on the newest version if other requests change the message at the same time. */
const ATTEMPTS = 5;

export interface NewMessageInput extends Draft {
  /** The values that identify a repetition, and where the client sent them. */
  clientId: string | null;
  givenAs: 'client_id' | 'Idempotency-Key';
}

export interface ShownMessage {
  message: StoredMessage;
  people: ReadonlyMap<string, Person>;
}

/** Single messages of the caller's rooms. Every method throws `NoSuchRoom`. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly access: RoomAccess,
    @Inject(MESSAGES_BY_TYPE) private readonly byType: MessagesByType,
    private readonly clientIds: ClientIds,
    private readonly clock: Clock,
  ) {}

  /** `isNew` false: it was sent before. Throws `ClientIdReused`. */
  async send(
    actor: Principal,
    roomId: string,
    input: NewMessageInput,
  ): Promise<ShownMessage & { isNew: boolean }> {
    const room = await this.access.room(actor, roomId);
    assertCan(canWriteRooms(actor));
    const { clientId, givenAs, content, fileUrl } = input;
    const messages = this.byType[room.type];
    const { id, isKnown } = await this.clientIds.reserve(roomId, actor.userId, clientId);
    const earlier =
      isKnown && clientId !== null ? await messages.bySender(roomId, actor.userId, clientId) : null;
    const origin = { id, organizationId: room.organizationId, roomId, memberId: actor.userId, clientId };
    const draft = { content, fileUrl };
    const { message, isNew } = earlier
      ? { message: earlier, isNew: false }
      : await messages.add(newMessage(origin, draft));
    const isOther = message.requestHash !== null && message.requestHash !== requestHashOf(draft);
    if (isOther) throw new ClientIdReused(givenAs);
    return { ...(await this.shown(room, message)), isNew };
  }

  /** Throws `NoSuchMessage`. */
  async get(actor: Principal, roomId: string, id: string): Promise<ShownMessage> {
    const room = await this.access.room(actor, roomId);
    return this.shown(room, await this.existing(this.byType[room.type], roomId, id));
  }

  /** Newest first. Throws `NoSuchMessage`. */
  async versions(actor: Principal, roomId: string, id: string): Promise<EarlierVersion[]> {
    const room = await this.access.room(actor, roomId);
    const message = await this.existing(this.byType[room.type], roomId, id);
    assertCan(canReadVersions(actor, message));
    return everyVersion(message);
  }

  /**
   * Only by its author. Throws `NoSuchMessage`, `MessageDeleted`, `MessageChanged`, `TooManyVersions`,
   * `PreconditionFailed`.
   */
  async edit(
    actor: Principal,
    roomId: string,
    id: string,
    changes: Partial<Draft>,
    ifMatch: string | undefined,
  ): Promise<ShownMessage> {
    const room = await this.access.room(actor, roomId);
    const message = await this.change(actor, room, id, ifMatch, 'edit', (current) => {
      assertCan(canEditMessage(actor, current));
      if (current.isDeleted || current.content === null) throw new MessageDeleted();
      const draft = { content: current.content, fileUrl: current.fileUrl, ...changes };
      if (requestHashOf(draft) === requestHashOf({ content: current.content, fileUrl: current.fileUrl }))
        return null;
      if (current.versions.length >= MAX_VERSIONS) throw new TooManyVersions(MAX_VERSIONS);
      return edited(current, draft, this.clock.now());
    });
    return this.shown(room, message);
  }

  /**
   * By its author or an owner of the group. A repetition changes nothing. Throws `NoSuchMessage`,
   * `PreconditionFailed`.
   */
  async delete(actor: Principal, roomId: string, id: string, ifMatch: string | undefined): Promise<void> {
    const room = await this.access.room(actor, roomId);
    await this.change(actor, room, id, ifMatch, 'deletion', (current) => {
      assertCan(canDeleteMessage(actor, room, current));
      return current.isDeleted ? null : tombstoneOf(current, this.clock.now());
    });
  }

  /** `next` returns null if nothing changes. */
  private async change(
    actor: Principal,
    room: Room,
    id: string,
    ifMatch: string | undefined,
    what: 'edit' | 'deletion',
    next: (current: StoredMessage) => StoredMessage | null,
  ): Promise<StoredMessage> {
    const messages = this.byType[room.type];
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await this.existing(messages, room.id, id);
      assertCan(canWriteRooms(actor));
      const changed = next(current);
      if (ifMatch !== undefined) {
        const { message, people } = await this.shown(room, current);
        assertIfMatch(ifMatch, toMessageResponse(message, people));
      }
      if (!changed) return current;
      if (await messages.replace(changed, what)) return changed;
    }
    throw new MessageChanged();
  }

  private async existing(messages: Messages, roomId: string, id: string): Promise<StoredMessage> {
    const message = isId(id) ? await messages.find(id) : null;
    if (message?.roomId !== roomId) throw new NoSuchMessage();
    return message;
  }

  private async shown(room: Room, message: StoredMessage): Promise<ShownMessage> {
    return { message, people: await this.access.people(room, [message.memberId]) };
  }
}
