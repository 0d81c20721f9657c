export const ACTIVITY_COLLECTION = 'activity_logs';

/** Relative to the organisation: an erasure of personal data makes every cached entry stale at once. */
export const PERSONAL_DATA_TAG = 'activity-personal-data';

/** One entry of the activity log, as it stands in MongoDB. Append-only. */
export type ActivityLog = Readonly<{
  /** UUIDv7. The event's or effect's id, where the entry was made of one. */
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
