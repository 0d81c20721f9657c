import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope, hasSession, isAbove, isPlatformAdmin } from '../../common/http/scopes.js';
import type { User, UserChanges } from './user.js';

/** The properties of the changed account that these rules use. `memberRole`: in the caller's organisation. */
export type Target = Pick<User, 'id' | 'organizationId' | 'role' | 'memberRole'>;

export const canReadUsers = (actor: Principal): boolean => hasScope(actor, 'users', 'read');

export const canCreateUser = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'users', 'write');

/** Only platform admins, in person, grant and revoke platform roles. */
export const canSetPlatformRole = isPlatformAdmin;

export const isSelf = (actor: Principal, target: Pick<User, 'id'>): boolean =>
  actor.apiKeyId === null && actor.userId === target.id;

/**
 * An account is managed by its own organisation. An admin does not manage an owner. An account with the platform role
 * is managed only by others with it. Without a session the caller manages only accounts below the role that it acts
 * with.
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
 * A caller that sets the password, the address or the username of an account can log in as its person. If the account
 * also belongs to another organisation, that would give access to the other one too, so only a platform admin may do
 * it (ADR 14).
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

/** The account's person and its managing organisation may delete it, whatever roles it has elsewhere. */
export const canDeleteUser = (actor: Principal, target: Target): boolean =>
  isSelf(actor, target)
    ? hasSession(actor) && target.organizationId === actor.orgId
    : canManageUser(actor, target) && hasScope(actor, 'users', 'admin');

const CREDENTIALS = ['email', 'username', 'passwordHash'] as const satisfies readonly (keyof UserChanges)[];

/** Whether a change concerns the data with which a person logs in. */
export const changesCredentials = (changes: UserChanges): boolean =>
  CREDENTIALS.some((field) => changes[field] !== undefined);
