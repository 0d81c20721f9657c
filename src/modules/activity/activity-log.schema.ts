import { Schema } from 'mongoose';

export const ACTIVITY_COLLECTION = 'activity_logs';

/** Relative to the organisation: an erasure of personal data makes every cached entry stale at once. */
export const PERSONAL_DATA_TAG = 'activity-personal-data';

/** One entry of the activity log, as it stands in MongoDB. Append-only. */
export type ActivityLog = Readonly<{
  /** UUIDv7. For entries of the outbox, the event's id. */
  _id: string;
  organization_id: string;
  event_type: string;
  /** Whom it is about: an account's id, or any text that a client gave. */
  user_id: string | null;
  /** Personal data: null once the account is deleted. Not covered by audit digests. */
  user_email: string | null;
  /** The account that did it; null: the system itself. */
  actor_id: string | null;
  api_key_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  payload: Readonly<Record<string, unknown>>;
  /** When it happened: for entries of the API what the client says. The order of lists. */
  occurred_at: Date;
  recorded_at: Date;
  /** `outbox`, `effect`: about a record of PostgreSQL or of MongoDB, written by a relay. `api`: given by a client. */
  source: 'outbox' | 'effect' | 'api';
}>;

const text = { type: String, default: null };

export const activityLogSchema = new Schema<ActivityLog>(
  {
    _id: { type: String, required: true },
    organization_id: { type: String, required: true },
    event_type: { type: String, required: true },
    user_id: text,
    user_email: text,
    actor_id: text,
    api_key_id: text,
    resource_type: text,
    resource_id: text,
    payload: { type: Schema.Types.Mixed, required: true },
    occurred_at: { type: Date, required: true },
    recorded_at: { type: Date, required: true },
    source: { type: String, enum: ['outbox', 'effect', 'api'], required: true },
  },
  {
    collection: ACTIVITY_COLLECTION,
    versionKey: false,
    autoIndex: false,
    autoCreate: false,
    minimize: false,
    strict: 'throw',
  },
);

const NEWEST_FIRST = { occurred_at: -1, _id: -1 } as const;

activityLogSchema.index({ organization_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, event_type: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, resource_type: 1, ...NEWEST_FIRST });
// An id is of one resource, so it needs no type beside it.
activityLogSchema.index({ organization_id: 1, resource_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, actor_id: 1, ...NEWEST_FIRST });
activityLogSchema.index({ organization_id: 1, api_key_id: 1, ...NEWEST_FIRST });
// The account first: a new address, or none, crosses organisations, because a person may have entries in several.
activityLogSchema.index({ user_id: 1, organization_id: 1, ...NEWEST_FIRST });
