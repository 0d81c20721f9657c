import type { MemberRole } from '../../common/http/principal.js';
import { type Access, ACCESSES, coversScope, isAtLeast, isPrivate } from '../../common/http/scopes.js';

/** The lowest role that may do anything with this access. */
const LOWEST: Readonly<Record<Access, MemberRole>> = { read: 'viewer', write: 'member', admin: 'admin' };

/** The resources whose policies require another role. `test/unit/api-keys` compares them with the access rows. */
const OTHERWISE: Readonly<Record<string, Partial<Record<Access, MemberRole>>>> = {
  'api-keys': { read: 'admin', write: 'admin' },
  exports: { write: 'viewer' },
  organizations: { write: 'admin' },
  'request-logs': { read: 'admin', write: 'admin' },
  rooms: { write: 'viewer' },
  users: { write: 'admin' },
};

/** The lowest role that may do anything on a resource with this access. */
export const lowestRole = (resource: string, access: Access): MemberRole =>
  (Object.hasOwn(OTHERWISE, resource) ? OTHERWISE[resource]?.[access] : undefined) ?? LOWEST[access];

const split = (scope: string): [string, Access] => {
  const [resource = '', given] = scope.split(':');
  return [resource, ACCESSES.find((access) => access === given) ?? 'admin'];
};

/** Whether a key of an account with this role has a scope. A key never has more rights than its creator has now. */
export function hasScopeNow(role: MemberRole, scopes: readonly string[], wanted: string): boolean {
  if (wanted === '*') return scopes.includes('*') && isAtLeast(role, 'admin');
  const [resource, access] = split(wanted);
  return isAtLeast(role, lowestRole(resource, access)) && coversScope(scopes, resource, access);
}

/** Those of a key's scopes that this role still allows. */
export function scopesNow(
  role: MemberRole,
  scopes: readonly string[],
  resources: readonly string[],
): string[] {
  if (isAtLeast(role, 'admin')) return [...scopes];
  const open = resources.filter((name) => !isPrivate(name)).map((name) => `${name}:admin`);
  const all = scopes.flatMap((scope) => (scope === '*' ? open : [scope]));
  const left = all.flatMap((scope) => {
    const [resource, given] = split(scope);
    const within = ACCESSES.slice(0, ACCESSES.indexOf(given) + 1);
    const access = within.findLast((candidate) => isAtLeast(role, lowestRole(resource, candidate)));
    return access === undefined ? [] : [`${resource}:${access}`];
  });
  return [...new Set(left)];
}
