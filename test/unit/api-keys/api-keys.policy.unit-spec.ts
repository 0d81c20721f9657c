import { describe, expect, it } from 'vitest';

import type { Principal } from '../../../src/common/http/principal.js';
import { canGrantScopes, fieldsBeyond } from '../../../src/modules/api-keys/api-keys.policy.js';
import { boundBy, type KeyPowers } from '../../../src/modules/auth/key-ancestors.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

const UNBOUNDED = { flagEnvironment: null, rateLimit: null, rateWindowSeconds: null, credits: null };

const at = (year: number): Date => new Date(Date.UTC(year, 0));

describe('a key that a key has made', () => {
  const powers = { scopes: ['users:write', '*'], isEnabled: true, expiresAtMs: 2_000, rateLimits: [] };
  const maker = {
    ...{ id: 'maker', scopes: ['*'], is_enabled: true, expires_at_ms: null },
    ...{ rate_limit: null, rate_window_seconds: null },
  };

  it('is as it is within a maker that may do more', () => {
    expect(boundBy(powers, [maker])).toEqual(powers);
    expect(boundBy(powers, [])).toBe(powers);
  });

  it.each<[string, Partial<typeof maker> | object, Partial<KeyPowers>]>([
    ['is disabled', { is_enabled: false }, { isEnabled: false }],
    ['ends sooner', { expires_at_ms: 1_000 }, { expiresAtMs: 1_000 }],
    ['ends later', { expires_at_ms: 3_000 }, {}],
    ['reads', { scopes: ['users:read', 'tags:read'] }, { scopes: ['users:read'] }],
    ['may do nothing', { scopes: [] }, { scopes: [] }],
    [
      'is limited',
      { rate_limit: 5, rate_window_seconds: 60 },
      { rateLimits: [{ keyId: 'maker', limit: 5, windowSeconds: 60 }] },
    ],
  ])('of one that %s', (_, change, expected) => {
    expect(boundBy(powers, [{ ...maker, ...change }])).toEqual({ ...powers, ...expected });
  });

  it('does what each of its makers may do', () => {
    const [one, other] = [
      { ...maker, scopes: ['users:write', 'rooms:read'], rate_limit: 5, rate_window_seconds: 60 },
      { ...maker, scopes: ['users:read', 'tags:write'], rate_limit: 9, rate_window_seconds: 60 },
    ];
    expect(boundBy(powers, [one, other])).toMatchObject({
      scopes: ['users:read'],
      rateLimits: [
        { keyId: 'maker', limit: 5, windowSeconds: 60 },
        { keyId: 'maker', limit: 9, windowSeconds: 60 },
      ],
    });
  });
});

describe('what a key may hand on', () => {
  it.each<[string, Principal, string[], boolean]>([
    ['a session', aPrincipal(), ['*', 'users:admin'], true],
    ['the visitor', aVisitor(), ['users:write'], true],
    ['the visitor', aVisitor(), ['users:admin'], false],
    ['the visitor', aVisitor(), ['*'], false],
    ['a key with every scope', aKeyPrincipal(['*']), ['users:write', 'activity:read'], true],
    ['a key with every scope', aKeyPrincipal(['*']), ['*'], false],
    ['a key with every scope', aKeyPrincipal(['*']), ['journal:read'], false],
    ['a key that names what is private', aKeyPrincipal(['*', 'journal:read']), ['journal:read'], true],
    ['a key with every scope', aKeyPrincipal(['*']), ['users:admin'], false],
    ['a key that administers', aKeyPrincipal(['users:admin']), ['users:write'], true],
    ['a key that administers', aKeyPrincipal(['users:admin']), ['users:admin'], false],
    ['a key that writes', aKeyPrincipal(['users:write']), ['users:read', 'users:write'], true],
    ['a key that reads', aKeyPrincipal(['users:read']), ['users:read', 'users:write'], false],
    ['a key of another resource', aKeyPrincipal(['activity:write']), ['users:read'], false],
  ])('%s, %#', (_, actor, scopes, expected) => {
    expect(canGrantScopes(actor, scopes)).toBe(expected);
  });

  it.each([
    ['never ends', null, null, []],
    ['ends before', at(2100), at(2099), []],
    ['ends at the same time', at(2100), at(2100), []],
    ['ends, of one that never does', null, at(2100), []],
    ['ends later', at(2100), at(2101), ['expires_at']],
    ['never ends, of one that does', at(2100), null, ['expires_at']],
  ])('a key that %s', (_, parent, child, expected) => {
    const bounds = { ...UNBOUNDED, environment: 'test' } as const;
    expect(fieldsBeyond({ ...bounds, expiresAt: parent }, { ...bounds, expiresAt: child })).toEqual(expected);
  });

  it('stays in its environment', () => {
    const [live, test] = [
      { ...UNBOUNDED, environment: 'live', expiresAt: null } as const,
      { ...UNBOUNDED, environment: 'test', expiresAt: null } as const,
    ];
    const both = ['environment', 'flag_environment'];
    expect([fieldsBeyond(live, test), fieldsBeyond(test, live)]).toEqual([both, both]);
  });

  it.each([
    ['the same limit', 10, 60, []],
    ['a lower one', 9, 60, []],
    ['a higher one', 11, 60, ['rate_limit']],
    ['another window', 10, 600, ['rate_limit']],
    ['none', null, null, ['rate_limit']],
  ])('of a limited key has %s', (_, rateLimit, rateWindowSeconds, expected) => {
    const bounds = { ...UNBOUNDED, environment: 'test', expiresAt: null } as const;
    const parent = { ...bounds, rateLimit: 10, rateWindowSeconds: 60 };
    expect(fieldsBeyond(parent, { ...bounds, rateLimit, rateWindowSeconds })).toEqual(expected);
  });

  it('is made by no key whose credits are counted', () => {
    const bounds = { ...UNBOUNDED, environment: 'test', expiresAt: null } as const;
    expect(fieldsBeyond({ ...bounds, credits: {} }, bounds)).toEqual(['credits']);
  });
});
