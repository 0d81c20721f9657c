import { Inject, Injectable } from '@nestjs/common';

import type { Principal } from '../../common/http/principal.js';
import { assertCan } from '../../common/http/scopes.js';
import { isId } from '../../common/ids/ids.js';
import { LiveChannels } from '../../flows/live/live-channels.js';
import { timeOfId, type StoredMessage } from './message.js';
import type { MessageRange, Position } from './message-store.js';
import type { Messages, ReadMessages } from './messages.js';
import { MESSAGES_BY_TYPE, type MessagesByType } from './messages-by-type.js';
import { RoomAccess } from './room-access.service.js';
import { roomChannel } from './room-channels.js';
import { RoomReadingRepository } from './room-reading.pg.repository.js';
import type { Person, Room } from './room.js';
import { NoSuchMessage } from './rooms.errors.js';
import { canMarkRead } from './rooms.policy.js';

/** The message next to which to read; at most one of them is set. None: the newest messages. */
export interface Anchor {
  before?: string | undefined;
  after?: string | undefined;
  around?: string | undefined;
}

/** Messages newest first, and whether they reach the ends of the history (the terms are Zulip's). */
export interface History extends ReadMessages {
  people: ReadonlyMap<string, Person>;
  foundOldest: boolean;
  foundNewest: boolean;
  nextCursor: string | null;
}

type Part = Pick<History, 'messages' | 'source' | 'isDegraded' | 'foundOldest' | 'foundNewest'>;

/**
 * A position needs no lookup, because the id of a message contains its time. So a client can continue in the other
 * store.
 */
const positionOf = (id: string): Position => ({ createdAt: timeOfId(id), id });

/** The messages of a room, and how far the caller has read them. */
@Injectable()
export class MessageHistory {
  constructor(
    private readonly access: RoomAccess,
    @Inject(MESSAGES_BY_TYPE) private readonly byType: MessagesByType,
    private readonly reading: RoomReadingRepository,
    private readonly live: LiveChannels,
  ) {}

  /** Throws `NoSuchRoom`. */
  async page(actor: Principal, roomId: string, limit: number, anchor: Anchor): Promise<History> {
    const room = await this.access.room(actor, roomId);
    const part = await this.part(room, limit, anchor);
    const { messages } = part;
    const isUpwards = anchor.after !== undefined;
    const last = isUpwards ? messages.at(0) : messages.at(-1);
    const isEnd = isUpwards ? part.foundNewest : part.foundOldest;
    const people = await this.access.people(
      room,
      messages.map(({ memberId }) => memberId),
    );
    return { ...part, people, nextCursor: isEnd ? null : (last?.id ?? null) };
  }

  /**
   * Everything up to this message counts as read. An earlier message changes nothing. Throws `NoSuchRoom`,
   * `NoSuchMessage`.
   */
  async markRead(actor: Principal, roomId: string, messageId: string): Promise<number> {
    const room = await this.access.room(actor, roomId);
    assertCan(canMarkRead(actor));
    const message = isId(messageId) ? await this.byType[room.type].find(messageId) : null;
    if (message?.roomId !== roomId) throw new NoSuchMessage();
    const { orgId, userId } = actor;
    const isMoved = await this.reading.markRead(orgId, roomId, userId, message);
    if (isMoved) this.live.announce(roomChannel(roomId));
    const [own] = await this.reading.rooms(orgId, userId, { limit: 1, beforeId: null, only: [roomId] });
    return own?.unreadCount ?? 0;
  }

  private part({ id: roomId, type }: Room, limit: number, anchor: Anchor): Promise<Part> {
    const messages = this.byType[type];
    if (anchor.around !== undefined) return around(messages, roomId, limit, anchor.around);
    if (anchor.after !== undefined)
      return newer(messages, { roomId, direction: 'after', from: positionOf(anchor.after), limit });
    const from = anchor.before === undefined ? null : positionOf(anchor.before);
    return older(messages, { roomId, direction: 'before', from, limit });
  }
}

async function older(messages: Messages, range: MessageRange): Promise<Part> {
  const read = await messages.range({ ...range, limit: range.limit + 1 });
  const foundOldest = read.messages.length <= range.limit;
  return {
    ...read,
    messages: read.messages.slice(0, range.limit),
    foundOldest,
    foundNewest: range.from === null,
  };
}

async function newer(messages: Messages, range: MessageRange): Promise<Part> {
  const read = await messages.range({ ...range, limit: range.limit + 1 });
  const foundNewest = read.messages.length <= range.limit;
  const nearest = read.messages.slice(0, range.limit).toReversed();
  return { ...read, messages: nearest, foundOldest: false, foundNewest };
}

/** The message itself, with half of the rest before it and half after it. */
async function around(messages: Messages, roomId: string, limit: number, id: string): Promise<Part> {
  const above = Math.floor((limit - 1) / 2);
  const from = positionOf(id);
  const [up, anchor, down] = await Promise.all([
    newer(messages, { roomId, direction: 'after', from, limit: above }),
    messages.find(id),
    older(messages, { roomId, direction: 'before', from, limit: limit - 1 - above }),
  ]);
  const own: StoredMessage[] = anchor?.roomId === roomId ? [anchor] : [];
  return {
    messages: [...up.messages, ...own, ...down.messages],
    source: up.source === down.source ? up.source : 'postgres',
    isDegraded: up.isDegraded || down.isDegraded,
    foundOldest: down.foundOldest,
    foundNewest: up.foundNewest,
  };
}
