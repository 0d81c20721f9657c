import type { Messages } from './messages.js';
import type { RoomType } from './room.js';

/** The store of a room's messages, by the type of the room. */
export type MessagesByType = Readonly<Record<RoomType, Messages>>;

export const MESSAGES_BY_TYPE = Symbol('messages by type of room');
