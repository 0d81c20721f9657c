import type { StoredMessage } from './message.js';
import type { MessageRange } from './message-store.js';

/** The store that messages were read from, and whether both stores that should have them could be reached. */
export interface ReadMessages {
  messages: readonly StoredMessage[];
  source: 'mongodb' | 'postgres';
  isDegraded: boolean;
}

export interface AddedMessage {
  message: StoredMessage;
  isNew: boolean;
}

/** The messages of one type of rooms. Rejects with `StoreUnavailable` if they cannot be reached. */
export interface Messages {
  range(range: MessageRange): Promise<ReadMessages>;
  find(id: string): Promise<StoredMessage | null>;
  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null>;
  /** The stored message. `isNew` false: its author has sent it before. Throws `NoSuchRoom`. */
  add(message: StoredMessage): Promise<AddedMessage>;
  /** Replaces the previous version. False: the message was changed meanwhile. */
  replace(message: StoredMessage, what: 'edit' | 'deletion'): Promise<boolean>;
}
