import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope, hasSession, isAbove, isPlatformAdmin } from '../../common/http/scopes.js';
import type { User, UserChanges } from './user.js';

/** What these rules look at of the account that a change is about. `memberRole`: in the caller's organisation. */
export type Target = Pick<User, 'id' | 'organizationId' | 'role' | 'memberRole'>;

export const canReadUsers = (actor: Principal): boolean => hasScope(actor, 'users', 'read');

export const canCreateUser = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'users', 'write');

/** Platform roles are given and taken by platform admins, in person. */
export const canSetPlatformRole = isPlatformAdmin;

export const isSelf = (actor: Principal, target: Pick<User, 'id'>): boolean =>
  actor.apiKeyId === null && actor.userId === target.id;

/**
 * An account is managed by its own organisation; an admin does not manage an owner; and who has the platform role is
 * managed by those who have it too. Without a session the caller stays below the role that it acts with.
 */
export const canManageUser = (actor: Principal, target: Target): boolean =>
  hasScope(actor, 'users', 'write') &&
  target.organizationId === actor.orgId &&
  (target.role !== 'admin' || isPlatformAdmin(actor)) &&
  (hasSession(actor)
    ? hasRole(actor, 'owner') || (hasRole(actor, 'admin') && target.memberRole !== 'owner')
    : hasRole(actor, 'admin') && isAbove(actor, target.memberRole));

export const canUpdateUser = (actor: Principal, target: Target): boolean =>
  isSelf(actor, target) || canManageUser(actor, target);

/**
 * Whoever sets the password, the address or the username of an account can log in as its person. Where the account belongs
 * to another organisation as well, that would open the other one too, so only a platform admin may (ADR 14).
 */
export const canChangeCredentials = (
  actor: Principal,
  target: Target,
  { isMemberElsewhere }: { isMemberElsewhere: boolean },
): boolean =>
  isSelf(actor, target)
    ? hasSession(actor)
    : canManageUser(actor, target) &&
      hasScope(actor, 'users', 'admin') &&
      (!isMemberElsewhere || isPlatformAdmin(actor));

/** The existence of an account is its person's and its organisation's, whatever it is elsewhere. */
export const canDeleteUser = (actor: Principal, target: Target): boolean =>
  isSelf(actor, target)
    ? hasSession(actor) && target.organizationId === actor.orgId
    : canManageUser(actor, target) && hasScope(actor, 'users', 'admin');

const CREDENTIALS = ['email', 'username', 'passwordHash'] as const satisfies readonly (keyof UserChanges)[];

/** Whether a change is one of what a person logs in with. */
export const changesCredentials = (changes: UserChanges): boolean =>
  CREDENTIALS.some((field) => changes[field] !== undefined);
