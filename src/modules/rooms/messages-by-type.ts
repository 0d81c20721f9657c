import type { Messages } from './messages.js';
import type { RoomType } from './room.js';

/** Where the messages of a room are, by its type. */
export type MessagesByType = Readonly<Record<RoomType, Messages>>;

export const MESSAGES_BY_TYPE = Symbol('messages by type of room');
