/**
 * What happened: `deployment.created`. Each feature declares the types of its own records (`Feature.events`), and
 * `Outbox.add` refuses any other.
 */
export type EventType = `${string}.${string}`;

/** The record whose events are applied in commit order. */
export interface Aggregate {
  /** In the singular: `deployment`. The `resource_type` of its activity entries. */
  type: string;
  id: string;
}

/** What happened to one record, written in the transaction that made it happen (`Outbox.add`). */
export interface DomainEvent {
  type: EventType;
  aggregate: Aggregate;
  orgId: string;
  /** Who did it. Both null: the system itself. */
  actor: { userId: string | null; apiKeyId: string | null };
  /**
   * Whom it is about: `user_id` and, resolved when the event is written, `user_email` of the activity entry. `email` is null
   * for whom no account stands.
   */
  subject: { userId: string; email: string | null } | null;
  /** JSON for the activity entry: never a secret or a hash, and no personal data, which an erasure could not find. */
  payload: Readonly<Record<string, unknown>>;
  /** Full cache tags (`o:{org}:users:{id}`) that this change makes stale: replaced before the caller is answered. */
  tags: readonly string[];
  /**
   * JSON for a projection of the feature, which no activity entry shows: encrypted content on its way to MongoDB. The log
   * forgets it once the event is delivered.
   */
  content?: Readonly<Record<string, unknown>> | null;
}

/** An event as the log keeps it. What a projection sees, and all that it may use: a repeat gives the same. */
export interface RecordedEvent extends Omit<DomainEvent, 'subject'> {
  /** UUIDv7, made with the event. The `_id` of whatever is made from it once. */
  id: string;
  /** `email` is null once the person was erased. */
  subject: { userId: string; email: string | null } | null;
  /** Null where there is none, and in an event that was delivered: a projection has nothing to write then. */
  content?: Readonly<Record<string, unknown>> | null;
  /** PostgreSQL's clock, taken under the aggregate's lock: never runs backwards within an aggregate. */
  recordedAt: Date;
}

/**
 * Whether the address of the account is another one from this event on, or none: then older entries about it have to
 * follow. The new one is the subject's.
 */
export const changesAddress = ({
  type,
  payload,
  subject,
}: Pick<DomainEvent, 'type' | 'payload'> & { subject: unknown }): boolean => {
  if (type === 'user.deleted') return true;
  const { changed } = payload;
  return type === 'user.updated' && subject !== null && Array.isArray(changed) && changed.includes('email');
};

/** The key under which events keep their order. */
export const aggregateKey = ({ type, id }: Aggregate): string => `${type}:${id}`;
