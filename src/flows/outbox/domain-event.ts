/**
 * The kind of event: `deployment.created`. Each feature declares the types of its own records (`Feature.events`), and
 * `Outbox.add` refuses any other.
 */
export type EventType = `${string}.${string}`;

/** The record whose events are applied in commit order. */
export interface Aggregate {
  /** In the singular: `deployment`. The `resource_type` of its activity entries. */
  type: string;
  id: string;
}

/** An event of one record, written in the transaction that makes the change (`Outbox.add`). */
export interface DomainEvent {
  type: EventType;
  aggregate: Aggregate;
  orgId: string;
  /** The actor. Both null: the system itself. */
  actor: { userId: string | null; apiKeyId: string | null };
  /**
   * The person it is about: `user_id` and, resolved when the event is written, `user_email` of the activity entry.
   * `email` is null if the person has no account.
   */
  subject: { userId: string; email: string | null } | null;
  /**
   * JSON for the activity entry. Never a secret or a hash, and no personal data, because an erasure could not find it.
   */
  payload: Readonly<Record<string, unknown>>;
  /**
   * Full cache tags (`o:{org}:users:{id}`) that this change makes stale. They are replaced before the caller is
   * answered.
   */
  tags: readonly string[];
  /**
   * JSON for a projection of the feature, which no activity entry shows, such as encrypted content on its way to
   * MongoDB. The log removes it once the event is delivered.
   */
  content?: Readonly<Record<string, unknown>> | null;
}

/** An event as the log keeps it. A projection may use nothing else, so that a repeat gives the same result. */
export interface RecordedEvent extends Omit<DomainEvent, 'subject'> {
  /** UUIDv7, made with the event. The `_id` of any document that the event creates. */
  id: string;
  /** `email` is null once the person was erased. */
  subject: { userId: string; email: string | null } | null;
  /** Null if there is none, and in a delivered event, for which a projection has nothing left to write. */
  content?: Readonly<Record<string, unknown>> | null;
  /** The clock of PostgreSQL, read under the aggregate's lock, so it never goes backwards within an aggregate. */
  recordedAt: Date;
}

/**
 * Whether the account has another address, or none, from this event on. Then older entries about it have to follow.
 * The new address is the subject's.
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
