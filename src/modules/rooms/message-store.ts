import type { Replica } from '../../flows/fallback/replica.js';
import type { StoredMessage } from './message.js';

/** A position in a room, which need not be that of a message. */
export interface Position {
  createdAt: Date;
  id: string;
}

/** Messages of a room next to a position: `before`, the newest first, or `after`, the oldest first. */
export interface MessageRange {
  roomId: string;
  direction: 'before' | 'after';
  /** Exclusive. Null, with `before` alone: from the newest on. */
  from: Position | null;
  limit: number;
}

/** Where messages are kept: a table, or a collection. */
export interface MessageStore extends Replica<StoredMessage> {
  range(range: MessageRange): Promise<StoredMessage[]>;
  /** Of the same range, only those that are marked. */
  unsyncedRange(range: MessageRange): Promise<StoredMessage[]>;
  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null>;
}
