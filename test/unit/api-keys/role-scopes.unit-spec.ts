import { describe, expect, it } from 'vitest';

import { MEMBER_ROLES, type MemberRole } from '../../../src/common/http/principal.js';
import { ACCESSES, isAtLeast } from '../../../src/common/http/scopes.js';
import { hasScopeNow, lowestRole, scopesNow } from '../../../src/modules/api-keys/role-scopes.js';
import { loadRows } from '../../e2e/access/load-rows.js';

const isMemberRole = (role: string): role is MemberRole => MEMBER_ROLES.some((known) => known === role);

describe('what a key may do with the role of its creator', () => {
  it('is what the routes ask for', async () => {
    const rows = [...(await loadRows()).values()];
    const lowest = new Map<string, MemberRole>();
    for (const { key = 'session', role } of rows) {
      if (!key.includes(':') || !isMemberRole(role)) continue;
      const known = lowest.get(key);
      if (known === undefined || isAtLeast(known, role)) lowest.set(key, role);
    }
    expect(lowest.size).toBeGreaterThan(20);
    const told = [...lowest].map(([scope, role]) => {
      const [resource = '', given] = scope.split(':');
      const access = ACCESSES.find((candidate) => candidate === given) ?? 'admin';
      return { scope, role, told: lowestRole(resource, access) };
    });
    expect(told.filter(({ role, told: said }) => role !== said)).toEqual([]);
  });

  it.each<[MemberRole, string, boolean]>([
    ['owner', '*', true],
    ['admin', '*', true],
    ['member', '*', false],
    ['member', 'documents:write', true],
    ['member', 'users:write', false],
    ['viewer', 'documents:write', false],
    ['viewer', 'documents:read', true],
  ])('of a key with everything: %s, %s', (role, wanted, expected) => {
    expect(hasScopeNow(role, ['*'], wanted)).toBe(expected);
  });

  it('leaves of each scope what the role has', () => {
    const scopes = ['users:write', 'documents:admin', 'api-keys:admin'];
    expect(scopesNow('admin', scopes, [])).toEqual(scopes);
    expect(scopesNow('member', scopes, [])).toEqual(['users:read', 'documents:write']);
    expect(scopesNow('viewer', ['*'], ['users', 'api-keys'])).toEqual(['users:read']);
  });
});
