import { Schema } from 'mongoose';

export const ANALYTICS_COLLECTION = 'analytics_events';

/** Begins the `message_id` of what the server itself records; a client's must not begin so. */
export const OUTBOX_MESSAGE_PREFIX = 'outbox:';

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
}>;

const text = { type: String, default: null };

export const analyticsEventSchema = new Schema<AnalyticsEvent>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    event_name: { type: String, required: true },
    event_category: text,
    user_id: text,
    anonymous_id: text,
    properties: { type: Schema.Types.Mixed, required: true },
    message_id: { type: String, required: true },
    timestamp: { type: Date, required: true },
    received_at: { type: Date, required: true },
    day: { type: String, required: true },
    hour: { type: String, required: true },
  },
  {
    collection: ANALYTICS_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

analyticsEventSchema.index({ organization_id: 1, message_id: 1 }, { unique: true });
analyticsEventSchema.index({ organization_id: 1, timestamp: -1, _id: -1 });
analyticsEventSchema.index({ organization_id: 1, event_name: 1, timestamp: -1, _id: -1 });
analyticsEventSchema.index({ organization_id: 1, user_id: 1, timestamp: -1, _id: -1 });

/** The buckets of a moment, so that a series groups by stored fields. */
export function bucketsOf(moment: Date): { day: string; hour: string } {
  const text = moment.toISOString();
  return { day: text.slice(0, 10), hour: text.slice(0, 13) };
}
