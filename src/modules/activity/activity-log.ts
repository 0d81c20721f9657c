export const ACTIVITY_COLLECTION = 'activity_logs';

/** Relative to the organisation. An erasure of personal data makes every cached entry stale at once. */
export const PERSONAL_DATA_TAG = 'activity-personal-data';

/** One entry of the activity log as stored in MongoDB. Append-only. */
export type ActivityLog = Readonly<{
  /** UUIDv7: the id of the event or effect from which the entry was made, if there is one. */
  _id: string;
  organization_id: string;
  event_type: string;
  /** The person it is about: an account's id, or any text that a client gave. */
  user_id: string | null;
  /** Personal data: null once the account is deleted. Not covered by audit digests. */
  user_email: string | null;
  /** The account that acted. Null: the system itself. */
  actor_id: string | null;
  api_key_id: string | null;
  resource_type: string | null;
  resource_id: string | null;
  payload: Readonly<Record<string, unknown>>;
  /** When it happened. For entries of the API the client gives this moment. Lists are sorted by it. */
  occurred_at: Date;
  recorded_at: Date;
  /** `outbox`, `effect`: about a record of PostgreSQL or of MongoDB, written by a relay. `api`: sent by a client. */
  source: 'outbox' | 'effect' | 'api';
}>;
