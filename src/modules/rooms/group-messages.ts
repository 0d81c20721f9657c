import { isHeld } from '../../flows/fallback/replica.js';
import type { StoredMessage } from './message.js';
import type { MessageRange, MessageStore } from './message-store.js';
import type { AddedMessage, Messages, ReadMessages } from './messages.js';
import { NoSuchRoom } from './rooms.errors.js';

/** Messages of group rooms, which are only in PostgreSQL. */
export class GroupMessages implements Messages {
  constructor(private readonly postgres: MessageStore) {}

  async range(range: MessageRange): Promise<ReadMessages> {
    return { messages: await this.postgres.range(range), source: 'postgres', isDegraded: false };
  }

  async find(id: string): Promise<StoredMessage | null> {
    return (await this.postgres.byIds([id])).get(id)?.record ?? null;
  }

  bySender(roomId: string, memberId: string, clientId: string): Promise<StoredMessage | null> {
    return this.postgres.bySender(roomId, memberId, clientId);
  }

  async add(message: StoredMessage): Promise<AddedMessage> {
    const outcome = await this.postgres.put(message, false);
    switch (outcome.kind) {
      case 'put':
      case 'same':
        return { message, isNew: outcome.kind === 'put' };
      case 'twin':
        return { message: outcome.twin, isNew: false };
      case 'newer':
        return { message: (await this.find(message.id)) ?? message, isNew: false };
      case 'orphaned':
        throw new NoSuchRoom();
    }
  }

  async replace(message: StoredMessage): Promise<boolean> {
    return isHeld(await this.postgres.put(message, false));
  }
}
