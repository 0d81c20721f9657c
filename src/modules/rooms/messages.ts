import type { StoredMessage } from './message.js';
import type { MessageRange } from './message-store.js';

/** Where messages were read from, and whether both stores that should have them could be reached. */
export interface ReadMessages {
  messages: readonly StoredMessage[];
  source: 'mongodb' | 'postgres';
  isDegraded: boolean;
}

export interface AddedMessage {
  message: StoredMessage;
  isNew: boolean;
}

/** The messages of one type of rooms. Rejects with `StoreUnavailable` where they cannot be reached. */
export interface Messages {
  range(range: MessageRange): Promise<ReadMessages>;
  find(id: string): Promise<StoredMessage | null>;
  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null>;
  /** The message as it is kept. `isNew` false: its author has sent it before. Throws `NoSuchRoom`. */
  add(message: StoredMessage): Promise<AddedMessage>;
  /** In place of the version before. False: it was changed meanwhile. */
  replace(message: StoredMessage, what: 'edit' | 'deletion'): Promise<boolean>;
}
