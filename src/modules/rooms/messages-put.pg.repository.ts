import { type SQL, sql } from 'drizzle-orm';

import type { StoredMessage } from './message.js';
import type { directMessages } from './messages.table.js';
import { lockEvents } from './room-events.pg.repository.js';
import { roomEvents } from './room-events.table.js';

/** A message that waits to be written. `found` null: the table has it in this version or a higher one. */
export interface PendingPut {
  message: StoredMessage;
  isUnsynced: boolean;
  result: { found: PutRow | null } | Error | null;
}

export interface PutRow extends Record<string, unknown> {
  id: string;
}

const rowOf = ({ message, isUnsynced }: PendingPut) => ({
  id: message.id,
  organization_id: message.organizationId,
  conversation_id: message.roomId,
  member_id: message.memberId,
  content: message.content,
  file_url: message.fileUrl,
  deleted: message.isDeleted,
  version: message.version,
  client_id: message.clientId,
  request_hash: message.requestHash,
  versions: message.versions,
  created_at: message.createdAt.toISOString(),
  updated_at: message.updatedAt.toISOString(),
  is_unsynced: isUnsynced,
});

/**
 * Writes messages that the table lacks in this version, and the events that report them, in one statement. An author
 * whose account is deleted is removed, which counts as a change that MongoDB still has to receive.
 */
export const putStatement = (
  table: typeof directMessages,
  puts: readonly PendingPut[],
  isCopy: boolean,
): SQL => sql`
  with lock as materialized (select ${lockEvents}),
  given as (
    select g.*, users.id as author_id, g.member_id is not null and users.id is null as is_author_gone
    from jsonb_to_recordset(${JSON.stringify(puts.map(rowOf))}::text::jsonb) as g(
      id uuid, organization_id uuid, conversation_id uuid, member_id uuid, content text, file_url text, deleted boolean,
      version int, client_id text, request_hash text, versions jsonb, created_at timestamptz, updated_at timestamptz,
      is_unsynced boolean)
    cross join lock
    left join users on users.id = g.member_id
  ),
  put as (
    insert into ${table} as held (id, organization_id, conversation_id, member_id, content, file_url, deleted, version,
      client_id, request_hash, versions, created_at, updated_at, unsynced_since)
    select id, organization_id, conversation_id, author_id, content, file_url, deleted, version + is_author_gone::int,
      client_id, request_hash, versions, created_at, updated_at,
      case when ${isCopy}::boolean and (is_unsynced or is_author_gone) then clock_timestamp() end
    from given
    order by created_at, id
    on conflict (id) do update set
      member_id = excluded.member_id, content = excluded.content, file_url = excluded.file_url,
      deleted = excluded.deleted, version = excluded.version, request_hash = excluded.request_hash,
      versions = excluded.versions, updated_at = excluded.updated_at, unsynced_since = excluded.unsynced_since
    where held.version < excluded.version and (excluded.deleted or not held.deleted)
    returning id, organization_id, conversation_id, version, deleted, created_at, xmax = 0 as is_new
  ),
  events as (
    insert into ${roomEvents} (organization_id, room_id, type, message_id, version)
    select organization_id, conversation_id,
      case when deleted then 'message.deleted' when is_new then 'message.created' else 'message.updated' end,
      id, version
    from put order by created_at, id
  )
  select id from put`;
