import type { ServerSentEvent } from '../../common/http/sse.js';

export interface StreamEvent extends ServerSentEvent {
  /** No event comes after it, so the stream ends. */
  isLast?: boolean;
}

/** Where a stream of events is read from: always a store, never a memory of what was sent. */
export interface StreamSource {
  /** The channels that announce new events (`LiveChannels.announce`). */
  channels: readonly string[];
  /**
   * Up to `limit` events after the one with this id, oldest first, in an order in which no later event can precede
   * them. Null: from the beginning. If the id is not known any more: one event `reset` with an id to continue from.
   */
  read: (afterId: string | null, limit: number) => Promise<readonly StreamEvent[]>;
  /**
   * Where a client without a `Last-Event-ID` begins: the id of the newest event, if it is to receive only new events.
   */
  begin?: () => Promise<string | null>;
}
