export const ANALYTICS_COLLECTION = 'analytics_events';

/** The prefix of the `message_id` of events that the server itself records. A client's must not begin with it. */
export const OUTBOX_MESSAGE_PREFIX = 'outbox:';

/** Whether a document claims to be made from an event of the outbox. */
export const isFromOutbox = ({ message_id: messageId }: Readonly<Record<string, unknown>>): boolean =>
  typeof messageId === 'string' && messageId.startsWith(OUTBOX_MESSAGE_PREFIX);

/** One analytics event as stored in MongoDB. */
export type AnalyticsEvent = Readonly<{
  /** UUIDv7. For events of the outbox, the outbox event's id. */
  _id: string;
  organization_id: string;
  event_name: string;
  event_category: string | null;
  user_id: string | null;
  anonymous_id: string | null;
  properties: Readonly<Record<string, unknown>>;
  /** The client's id of the event. An organisation stores each id once. */
  message_id: string;
  timestamp: Date;
  received_at: Date;
  /** `timestamp` in UTC, computed when the event is written: `2026-11-21`. */
  day: string;
  /** `2026-11-21T09`. */
  hour: string;
  /** The write that inserted the event, by which it is counted once. Events of the outbox have none. */
  write_id?: string;
}>;

/** The buckets of a moment, so that a series can group by stored fields. */
export function bucketsOf(moment: Date): { day: string; hour: string } {
  const text = moment.toISOString();
  return { day: text.slice(0, 10), hour: text.slice(0, 13) };
}
