import type { MemberRole, Principal } from '../../common/http/principal.js';
import { hasRole, hasScope, hasSession, isAbove, isAtLeast } from '../../common/http/scopes.js';

export const canReadOrganization = (actor: Principal): boolean => hasScope(actor, 'organizations', 'read');

/** Only a person can become an owner. */
export const canCreateOrganization = (actor: Principal): boolean => hasSession(actor);

export const canUpdateOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'organizations', 'write');

export const canDeleteOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'owner') && hasScope(actor, 'organizations', 'admin');

/**
 * In person, owners grant and revoke any role, and admins the roles below their own. Without a session the caller can
 * only grant roles below the role that it acts with, so that no key creates an owner.
 */
export const canGrant = (actor: Principal, role: MemberRole): boolean =>
  hasScope(actor, 'organizations', 'admin') &&
  hasRole(actor, 'admin') &&
  (isAbove(actor, role) || (hasSession(actor) && hasRole(actor, 'owner')));

/** Whether a person with this role may have granted another role. */
export const mayGrant = (granting: MemberRole, role: MemberRole): boolean =>
  granting === 'owner' || (granting === 'admin' && !isAtLeast(role, 'admin'));

/** People may leave. A caller that may grant a role may revoke it. */
export const canRemove = (actor: Principal, userId: string, role: MemberRole): boolean =>
  (hasSession(actor) && actor.userId === userId) || canGrant(actor, role);
