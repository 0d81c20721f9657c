import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent, EventType } from '../../flows/outbox/domain-event.js';

/** The tags of answers that show a room and its members. */
export const roomTags = (orgId: string, roomId: string): string[] => [
  tags.entity(orgId, 'rooms', roomId),
  tags.collection(orgId, 'rooms'),
];

const roomEvent = (
  type: EventType,
  actor: Principal,
  roomId: string,
  subject: DomainEvent['subject'],
  payload: DomainEvent['payload'],
): DomainEvent => ({
  ...{ type, aggregate: { type: 'room', id: roomId }, orgId: actor.orgId, subject, payload },
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  tags: roomTags(actor.orgId, roomId),
});

/** Without its name, which may contain any text. */
export const roomCreated = (
  actor: Principal,
  room: { id: string; type: string },
  members: number,
): DomainEvent => roomEvent('room.created', actor, room.id, null, { type: room.type, members });

export const roomMemberAdded = (
  actor: Principal,
  roomId: string,
  member: { userId: string; email: string },
  role: string,
): DomainEvent => roomEvent('room.member_added', actor, roomId, member, { role });

export const roomMemberRemoved = (
  actor: Principal,
  roomId: string,
  member: { userId: string; email: string },
): DomainEvent => roomEvent('room.member_removed', actor, roomId, member, {});
