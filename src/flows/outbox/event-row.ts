import { z } from 'zod';

import { changesAddress, type DomainEvent, type EventType, type RecordedEvent } from './domain-event.js';

/**
 * SQL for the address that `row` has to show now, whatever it was when the event was made. It is the account's own
 * address, none once the account is deleted, and the row's address if there never was such an account. So a retry
 * after weeks restores no old address.
 */
export const currentAddress = (row: string): string => `
  case when ${row}.subject_email is not null then coalesce(
    (select u.email from users u
      where u.id = case when ${row}.subject_user_id ~ '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
        then ${row}.subject_user_id::uuid end),
    case when not exists (
      select 1 from outbox_events erased
      where erased.subject_user_id = ${row}.subject_user_id and erased.type = 'user.deleted'
    ) then ${row}.subject_email end) end`;

/** The columns of `outbox_events` (alias `e`) as `eventOf` reads them, whatever the client's type parsers. */
export const EVENT_COLUMNS = `
  e.id, e.aggregate_type, e.aggregate_id, e.organization_id, e.type, e.actor_user_id, e.actor_api_key_id,
  e.subject_user_id, ${currentAddress('e')} as subject_email,
  e.payload::text as payload, e.content::text as content, to_json(e.tags)::text as tags,
  (extract(epoch from e.recorded_at) * 1000)::float8 as recorded_at_ms`;

const json = <T extends z.ZodType>(schema: T) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema);

const eventRow = z.object({
  id: z.string(),
  aggregate_type: z.string(),
  aggregate_id: z.string(),
  organization_id: z.string(),
  type: z.string().refine((text): text is EventType => text.includes('.')),
  actor_user_id: z.string().nullable(),
  actor_api_key_id: z.string().nullable(),
  subject_user_id: z.string().nullable(),
  subject_email: z.string().nullable(),
  payload: json(z.record(z.string(), z.unknown())),
  content: json(z.record(z.string(), z.unknown())).nullish(),
  tags: json(z.array(z.string())),
  recorded_at_ms: z.number(),
});

/** Parses a row of the log. Null if this version does not know its shape. */
export function eventOf(row: unknown): RecordedEvent | null {
  const parsed = eventRow.safeParse(row);
  if (!parsed.success) return null;
  const { data } = parsed;
  return {
    id: data.id,
    type: data.type,
    aggregate: { type: data.aggregate_type, id: data.aggregate_id },
    orgId: data.organization_id,
    actor: { userId: data.actor_user_id, apiKeyId: data.actor_api_key_id },
    subject:
      data.subject_user_id === null ? null : { userId: data.subject_user_id, email: data.subject_email },
    payload: data.payload,
    content: data.content ?? null,
    tags: data.tags,
    recordedAt: new Date(data.recorded_at_ms),
  };
}

/** An event as a member of the JSON array that `EventLog.append` inserts. */
export const rowOf = (
  id: string,
  ordinal: number,
  event: Omit<DomainEvent, 'subject'> & Pick<RecordedEvent, 'subject'>,
) => ({
  ordinal,
  id,
  aggregate_type: event.aggregate.type,
  aggregate_id: event.aggregate.id,
  organization_id: event.orgId,
  type: event.type,
  actor_user_id: event.actor.userId,
  actor_api_key_id: event.actor.apiKeyId,
  subject_user_id: event.subject?.userId ?? null,
  // A deletion erases the address, so its own entry must not restore it.
  subject_email: event.type === 'user.deleted' ? null : (event.subject?.email ?? null),
  payload: event.payload,
  content: event.content ?? null,
  tags: event.tags,
  changes_address: changesAddress(event),
});
