import type { MemberRole, Principal } from '../../common/http/principal.js';
import { hasRole, hasScope, hasSession, isAbove, isAtLeast } from '../../common/http/scopes.js';

export const canReadOrganization = (actor: Principal): boolean => hasScope(actor, 'organizations', 'read');

/** Ownership begins with a person. */
export const canCreateOrganization = (actor: Principal): boolean => hasSession(actor);

export const canUpdateOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'organizations', 'write');

export const canDeleteOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'owner') && hasScope(actor, 'organizations', 'admin');

/**
 * In person, owners give and take any role, and admins those below their own. Without a session the caller stays below the
 * role that it acts with, so that no key makes an owner.
 */
export const canGrant = (actor: Principal, role: MemberRole): boolean =>
  hasScope(actor, 'organizations', 'admin') &&
  hasRole(actor, 'admin') &&
  (isAbove(actor, role) || (hasSession(actor) && hasRole(actor, 'owner')));

/** Whether somebody with this role may have granted another, in person. */
export const mayGrant = (granting: MemberRole, role: MemberRole): boolean =>
  granting === 'owner' || (granting === 'admin' && !isAtLeast(role, 'admin'));

/** People may leave; whoever may grant a role may take it away. */
export const canRemove = (actor: Principal, userId: string, role: MemberRole): boolean =>
  (hasSession(actor) && actor.userId === userId) || canGrant(actor, role);
