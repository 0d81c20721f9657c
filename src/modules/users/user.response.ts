import type { User } from './user.js';
import type { UserResponse } from './users.dto.js';

/** What a client sees of an account: an allow-list, so that a new column cannot leak. */
export const toUserResponse = (user: User): UserResponse => ({
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
