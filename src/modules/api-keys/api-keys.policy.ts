import type { Principal } from '../../common/http/principal.js';
import {
  type Access,
  ACCESSES,
  coversScope,
  hasRole,
  hasScope,
  hasSession,
} from '../../common/http/scopes.js';
import { type ApiKey, flagEnvironmentOf } from './api-key.js';

/** The indexes of the scopes whose resource no feature declares. */
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

/**
 * Whether a scope grants everything, or the administration of one resource. Such a key may change credentials and
 * roles.
 */
const isAdministrative = (scope: string): boolean => scope === '*' || accessOf(scope).access === 'admin';

/** A caller cannot grant more than it has, and only a person can grant administrative scopes. */
export const canGrantScopes = (actor: Principal, scopes: readonly string[]): boolean =>
  hasSession(actor) ||
  scopes.every((scope) => {
    const { resource, access } = accessOf(scope);
    return !isAdministrative(scope) && (actor.scopes === null || coversScope(actor.scopes, resource, access));
  });

/**
 * Whether the caller may receive a new secret of a key. The secret allows acting as the key's creator. So only that
 * person may, or a key that could have created the other key, or the key itself.
 */
export const canRotate = (actor: Principal, key: Pick<ApiKey, 'id' | 'createdBy' | 'scopes'>): boolean =>
  canManageApiKeys(actor) &&
  actor.userId === key.createdBy &&
  (actor.apiKeyId === key.id || canGrantScopes(actor, key.scopes));

/** A key acts as its creator, so only its creator may add scopes to it, and only scopes that the caller may grant. */
export const canAddScopes = (
  actor: Principal,
  key: Pick<ApiKey, 'createdBy' | 'scopes'>,
  scopes: readonly string[],
): boolean => {
  const added = scopes.filter((scope) => !key.scopes.includes(scope));
  return added.length === 0 || (actor.userId === key.createdBy && canGrantScopes(actor, added));
};

/** The limits of a key that another key creates or changes, besides its scopes. */
export interface Bounds extends Pick<
  ApiKey,
  'environment' | 'expiresAt' | 'flagEnvironment' | 'rateLimit' | 'rateWindowSeconds'
> {
  credits: object | null;
}

export type BoundField = 'environment' | 'expires_at' | 'flag_environment' | 'rate_limit' | 'credits';

/**
 * The fields that would let a key do more, or for longer, than the key that creates it. Empty: it stays within the
 * limits.
 */
export const fieldsBeyond = (parent: Bounds, child: Bounds): BoundField[] => [
  ...(child.environment === parent.environment ? [] : ['environment' as const]),
  ...(isNoLater(child.expiresAt, parent.expiresAt) ? [] : ['expires_at' as const]),
  ...(flagEnvironmentOf(child) === flagEnvironmentOf(parent) ? [] : ['flag_environment' as const]),
  ...(isNoFaster(child, parent) ? [] : ['rate_limit' as const]),
  // Otherwise the credits would be counted a second time.
  ...(parent.credits === null ? [] : ['credits' as const]),
];

const isNoLater = (child: Date | null, parent: Date | null): boolean =>
  parent === null || (child !== null && child.getTime() <= parent.getTime());

const isNoFaster = (child: Bounds, parent: Bounds): boolean =>
  parent.rateLimit === null ||
  (child.rateLimit !== null &&
    child.rateLimit <= parent.rateLimit &&
    child.rateWindowSeconds === parent.rateWindowSeconds);
