import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';
import type { StoredMessage } from './message.js';
import type { Room } from './room.js';

export const canReadRooms = (actor: Principal): boolean => hasScope(actor, 'rooms', 'read');

export const canWriteRooms = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'rooms', 'write');

/** Any role may do so, because the reading position is the caller's own. */
export const canMarkRead = (actor: Principal): boolean => hasScope(actor, 'rooms', 'write');

/** Every other caller gets "no such room", including admins of the organisation. */
export const isInRoom = ({ userId }: Principal, room: Pick<Room, 'members'>): boolean =>
  room.members.some(({ id }) => id === userId);

export const isRoomOwner = ({ userId }: Principal, room: Pick<Room, 'members'>): boolean =>
  room.members.some(({ id, role }) => id === userId && role === 'owner');

/** The caller itself, to leave; an owner may remove any member. */
export const canRemoveMember = (actor: Principal, room: Pick<Room, 'members'>, userId: string): boolean =>
  actor.userId === userId || isRoomOwner(actor, room);

export const canEditMessage = ({ userId }: Principal, message: Pick<StoredMessage, 'memberId'>): boolean =>
  message.memberId === userId;

/** Its author, or an owner of the group. */
export const canDeleteMessage = (
  actor: Principal,
  room: Pick<Room, 'members' | 'type'>,
  message: Pick<StoredMessage, 'memberId'>,
): boolean => canEditMessage(actor, message) || (room.type === 'group' && isRoomOwner(actor, room));

/** Its author, or an admin of the organisation who is in the room. */
export const canReadVersions = (actor: Principal, message: Pick<StoredMessage, 'memberId'>): boolean =>
  canEditMessage(actor, message) || hasRole(actor, 'admin');
