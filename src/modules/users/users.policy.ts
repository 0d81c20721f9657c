import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';
import type { User } from './user.js';

export const canReadUsers = (actor: Principal): boolean => hasScope(actor, 'users', 'read');

export const canCreateUser = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'users', 'write');

/** Platform roles and hashes made elsewhere are for platform admins. */
export const canSetPlatformRole = (actor: Principal): boolean => actor.platformRole === 'admin';
export const canImportHash = canSetPlatformRole;

/** An account is managed by its own organisation; an admin does not manage an owner. */
export const canManageUser = (actor: Principal, user: User): boolean =>
  hasScope(actor, 'users', 'write') &&
  user.organizationId === actor.orgId &&
  (hasRole(actor, 'owner') || (hasRole(actor, 'admin') && user.memberRole !== 'owner'));

export const isSelf = (actor: Principal, user: User): boolean =>
  actor.apiKeyId === null && actor.userId === user.id;

export const canUpdateUser = (actor: Principal, user: User): boolean =>
  isSelf(actor, user) || canManageUser(actor, user);
