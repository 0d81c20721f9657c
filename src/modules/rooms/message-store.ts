import type { Replica } from '../../flows/fallback/replica.js';
import type { StoredMessage } from './message.js';

/** A position in a room, at which there need not be a message. */
export interface Position {
  createdAt: Date;
  id: string;
}

/** Messages of a room next to a position: `before`, newest first, or `after`, oldest first. */
export interface MessageRange {
  roomId: string;
  direction: 'before' | 'after';
  /** Exclusive. Null, with `before` only: from the newest on. */
  from: Position | null;
  limit: number;
}

/** A store of messages: a table or a collection. */
export interface MessageStore extends Replica<StoredMessage> {
  range(range: MessageRange): Promise<StoredMessage[]>;
  /** Only the marked messages of the same range. */
  unsyncedRange(range: MessageRange): Promise<StoredMessage[]>;
  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null>;
}
