import type { User } from './user.js';
import type { OwnUserResponse, UserResponse } from './users.dto.js';

/** An account in the form that its own person receives. An allow-list, so that a new column cannot leak. */
export const toOwnUserResponse = (user: User): OwnUserResponse => ({
  id: user.id,
  organization_id: user.organizationId,
  email: user.email,
  email_confirmed: user.isEmailConfirmed,
  username: user.username,
  avatar: user.avatar,
  role: user.role,
  last_login_at: user.lastLoginAt?.toISOString() ?? null,
  created_at: user.createdAt.toISOString(),
  updated_at: user.updatedAt.toISOString(),
});

const HIDDEN = { organization_id: null, email_confirmed: null, role: null, last_login_at: null } as const;

/** What an organisation sees of an account; of one that another organisation manages, only what a membership needs. */
export const toUserResponse = (user: User): UserResponse =>
  user.organizationId === user.seenFrom ? toOwnUserResponse(user) : { ...toOwnUserResponse(user), ...HIDDEN };
