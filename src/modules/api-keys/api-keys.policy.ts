import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadApiKeys = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'api-keys', 'read');

export const canManageApiKeys = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'api-keys', 'admin');

/** Nobody hands out more than they have. */
export const canGrantScopes = (actor: Principal, scopes: readonly string[]): boolean =>
  actor.scopes === null ||
  actor.scopes.includes('*') ||
  scopes.every((scope) => actor.scopes?.includes(scope));
