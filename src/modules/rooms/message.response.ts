import type { StoredMessage } from './message.js';
import type { History } from './message-history.service.js';
import type { MessagePage, MessageResponse } from './messages.dto.js';
import type { Person } from './room.js';

/** The message in the form that members of the room receive. */
export const toMessageResponse = (
  message: StoredMessage,
  people: ReadonlyMap<string, Person>,
): MessageResponse => ({
  id: message.id,
  room_id: message.roomId,
  member: memberOf(message.memberId, people),
  content: message.content,
  file_url: message.fileUrl,
  deleted: message.isDeleted,
  version: message.version,
  created_at: message.createdAt.toISOString(),
  updated_at: message.updatedAt.toISOString(),
});

function memberOf(id: string | null, people: ReadonlyMap<string, Person>): MessageResponse['member'] {
  if (id === null) return null;
  const { username = null, avatar = null } = people.get(id) ?? {};
  return { id, username, avatar };
}

export const toMessagePage = (history: History, limit: number): MessagePage => ({
  data: history.messages.map((message) => toMessageResponse(message, history.people)),
  page: {
    limit,
    next_cursor: history.nextCursor,
    found_oldest: history.foundOldest,
    found_newest: history.foundNewest,
  },
  source: history.source,
  degraded: history.isDegraded,
});
