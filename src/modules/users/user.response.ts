import type { User } from './user.js';
import type { OwnUserResponse, UserResponse } from './users.dto.js';

/** An account in the form that its own person receives. An allow-list, so that a new column cannot leak. */
export const toOwnUserResponse = (user: User): OwnUserResponse => ({
  id: user.id,
  organization_id: user.organizationId,
  email: user.email,
  username: user.username,
  avatar: user.avatar,
  role: user.role,
  last_login_at: user.lastLoginAt?.toISOString() ?? null,
  created_at: user.createdAt.toISOString(),
  updated_at: user.updatedAt.toISOString(),
});

/**
 * An account in the form that an organisation receives. If another organisation manages it, only the fields that a
 * membership needs.
 */
export const toUserResponse = (user: User): UserResponse =>
  user.organizationId === user.seenFrom
    ? toOwnUserResponse(user)
    : { ...toOwnUserResponse(user), organization_id: null, role: null, last_login_at: null };
