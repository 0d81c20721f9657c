import type { Principal } from '../../common/http/principal.js';
import {
  type Access,
  ACCESSES,
  coversScope,
  hasRole,
  hasScope,
  hasSession,
} from '../../common/http/scopes.js';
import type { ApiKey } from './api-key.js';

/** The places of the scopes whose resource no feature declares. */
export const unknownScopes = (scopes: readonly string[], resources: readonly string[]): number[] =>
  scopes.flatMap((scope, index) => {
    const [resource = ''] = scope.split(':');
    return scope === '*' || resources.includes(resource) ? [] : [index];
  });

export const canReadApiKeys = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'api-keys', 'read');

export const canManageApiKeys = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'api-keys', 'admin');

const accessOf = (scope: string): { resource: string; access: Access } => {
  const [resource = '', given] = scope.split(':');
  return { resource, access: ACCESSES.find((access) => access === given) ?? 'admin' };
};

/** Everything, or the administration of one resource: with it a key may change credentials and roles. */
const isAdministrative = (scope: string): boolean => scope === '*' || accessOf(scope).access === 'admin';

/** Nobody hands out more than they have; and what administers is handed out by a person alone. */
export const canGrantScopes = (actor: Principal, scopes: readonly string[]): boolean =>
  hasSession(actor) ||
  scopes.every((scope) => {
    const { resource, access } = accessOf(scope);
    return !isAdministrative(scope) && (actor.scopes === null || coversScope(actor.scopes, resource, access));
  });

/** What bounds a key that a key makes, beside the scopes. */
export type Bounds = Pick<ApiKey, 'environment' | 'expiresAt'>;

/** The fields by which a key would do more, or do it for longer, than the key that makes it. Empty: it is within. */
export const fieldsBeyond = (parent: Bounds, child: Bounds): ('environment' | 'expires_at')[] => [
  ...(child.environment === parent.environment ? [] : ['environment' as const]),
  ...(isNoLater(child.expiresAt, parent.expiresAt) ? [] : ['expires_at' as const]),
];

const isNoLater = (child: Date | null, parent: Date | null): boolean =>
  parent === null || (child !== null && child.getTime() <= parent.getTime());
