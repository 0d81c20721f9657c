import type { RoomMember } from './room.js';
import type { RoomMemberResponse, RoomResponse } from './rooms.dto.js';
import type { OwnRoom } from './rooms.service.js';

const SHOWN_MEMBERS = 10;

/** The room in the form that members receive. */
export const toRoomResponse = ({ room, unreadCount }: OwnRoom): RoomResponse => ({
  id: room.id,
  type: room.type,
  name: room.name,
  member_count: room.members.length,
  members: room.members.slice(0, SHOWN_MEMBERS).map(({ id, username, avatar }) => ({ id, username, avatar })),
  unread_count: unreadCount,
  created_at: room.createdAt,
});

export const toRoomMemberResponse = ({
  id,
  username,
  avatar,
  role,
  joinedAt,
}: RoomMember): RoomMemberResponse => ({ id, username, avatar, role, joined_at: joinedAt });
