export const ANALYTICS_COLLECTION = 'analytics_events';

/** Begins the `message_id` of what the server itself records; a client's must not begin so. */
export const OUTBOX_MESSAGE_PREFIX = 'outbox:';

/** Whether a document says that it was made from an event of the outbox. */
export const isFromOutbox = ({ message_id: messageId }: Readonly<Record<string, unknown>>): boolean =>
  typeof messageId === 'string' && messageId.startsWith(OUTBOX_MESSAGE_PREFIX);

/** One analytics event, as it stands in MongoDB. */
export type AnalyticsEvent = Readonly<{
  /** UUIDv7. For events of the outbox, the outbox event's id. */
  _id: string;
  organization_id: string;
  event_name: string;
  event_category: string | null;
  user_id: string | null;
  anonymous_id: string | null;
  properties: Readonly<Record<string, unknown>>;
  /** The client's name for the event: the same one is stored once in an organisation. */
  message_id: string;
  timestamp: Date;
  received_at: Date;
  /** `timestamp` in UTC, bucketed when written: `2026-11-21`. */
  day: string;
  /** `2026-11-21T09`. */
  hour: string;
  /** The write that has inserted it: by that it is counted once. Not of events of the outbox. */
  write_id?: string;
}>;

/** The buckets of a moment, so that a series groups by stored fields. */
export function bucketsOf(moment: Date): { day: string; hour: string } {
  const text = moment.toISOString();
  return { day: text.slice(0, 10), hour: text.slice(0, 13) };
}
