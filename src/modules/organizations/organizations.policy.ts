import type { MemberRole, Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadOrganization = (actor: Principal): boolean => hasScope(actor, 'organizations', 'read');

/** A key belongs to one organisation and cannot make another. */
export const canCreateOrganization = (actor: Principal): boolean => actor.apiKeyId === null;

export const canUpdateOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'organizations', 'write');

export const canDeleteOrganization = (actor: Principal): boolean =>
  hasRole(actor, 'owner') && hasScope(actor, 'organizations', 'admin');

/** Owners give and take any role; admins those below their own. */
export const canGrant = (actor: Principal, role: MemberRole): boolean =>
  hasScope(actor, 'organizations', 'write') &&
  (hasRole(actor, 'owner') || (hasRole(actor, 'admin') && role !== 'owner' && role !== 'admin'));

/** Anybody may leave; whoever may grant a role may take it away. */
export const canRemove = (actor: Principal, userId: string, role: MemberRole): boolean =>
  (actor.apiKeyId === null && actor.userId === userId) || canGrant(actor, role);
