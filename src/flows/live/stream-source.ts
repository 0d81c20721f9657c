import type { ServerSentEvent } from '../../common/http/sse.js';

export interface StreamEvent extends ServerSentEvent {
  /** Nothing comes after it: the stream ends. */
  isLast?: boolean;
}

/** What a stream of events is read from: a store, never a memory of what was sent. */
export interface StreamSource {
  /** Announcements that say that there may be something new: `LiveChannels.announce`. */
  channels: readonly string[];
  /**
   * Up to `limit` events that come after the one with this id, oldest first, in an order that no later event can get
   * before; null: from the beginning. For an id that is not known any more: one event `reset` with an id to go on from.
   */
  read: (afterId: string | null, limit: number) => Promise<readonly StreamEvent[]>;
  /** Where a client without a `Last-Event-ID` begins: the id of the newest event, for one that follows from now on. */
  begin?: () => Promise<string | null>;
}
