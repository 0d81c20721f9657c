export const ROOM_TYPES = ['direct', 'group'] as const;
export type RoomType = (typeof ROOM_TYPES)[number];

export const ROOM_ROLES = ['owner', 'member'] as const;
export type RoomRole = (typeof ROOM_ROLES)[number];

/** The limit of one group room. */
export const MAX_MEMBERS = 1_000;

/** The data of an account that is shown with its messages. */
export interface Person {
  id: string;
  username: string;
  avatar: string | null;
}

export interface RoomMember extends Person {
  role: RoomRole;
  /** RFC 3339, because a room is cached as JSON. */
  joinedAt: string;
}

/** A room with its members, in the order of joining. */
export interface Room {
  id: string;
  organizationId: string;
  type: RoomType;
  name: string | null;
  createdAt: string;
  members: readonly RoomMember[];
}

/** The key of a room of two people, derived from the ids of both. */
export const directKeyOf = (one: string, other: string): string => [one, other].toSorted().join(':');

/** A group always has an owner. If the last one left, it is the member who joined first. */
export function withOwner(type: RoomType, members: readonly RoomMember[]): readonly RoomMember[] {
  const isOwned = type === 'direct' || members.some(({ role }) => role === 'owner');
  return isOwned ? members : members.map((member, at) => (at === 0 ? { ...member, role: 'owner' } : member));
}
