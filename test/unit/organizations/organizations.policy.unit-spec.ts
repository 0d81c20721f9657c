import { describe, expect, it } from 'vitest';

import { MEMBER_ROLES, type Principal } from '../../../src/common/http/principal.js';
import {
  canCreateOrganization,
  canGrant,
  canRemove,
} from '../../../src/modules/organizations/organizations.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

describe('who may give and take roles', () => {
  // MEMBER_ROLES: owner, admin, member, viewer
  it.each<[string, Principal, [boolean, boolean, boolean, boolean]]>([
    ['an owner', aPrincipal(), [true, true, true, true]],
    ['an admin', aPrincipal({ role: 'admin' }), [false, false, true, true]],
    ['a member', aPrincipal({ role: 'member' }), [false, false, false, false]],
    ['an owner’s key that writes', aKeyPrincipal(['organizations:write']), [false, false, false, false]],
    ['an owner’s key that administers', aKeyPrincipal(['organizations:admin']), [false, true, true, true]],
    [
      'an admin’s key that administers',
      aKeyPrincipal(['organizations:admin'], { role: 'admin' }),
      [false, false, true, true],
    ],
    ['the visitor', aVisitor(), [false, true, true, true]],
  ])('%s', (_, actor, expected) => {
    expect(MEMBER_ROLES.map((role) => canGrant(actor, role))).toEqual(expected);
  });

  it('lets people leave, but not their keys, nor the visitor', () => {
    const person = aPrincipal({ role: 'viewer' });
    const callers = [person, { ...aKeyPrincipal(['*'], { role: 'viewer' }), userId: person.userId }];
    expect(callers.map((actor) => canRemove(actor, person.userId, 'viewer'))).toEqual([true, false]);
    const visitor = aVisitor();
    expect(canRemove(visitor, visitor.userId, 'owner')).toBe(false);
  });

  it('lets people alone begin an organisation', () => {
    expect([aPrincipal(), aKeyPrincipal(['*']), aVisitor()].map(canCreateOrganization)).toEqual([
      true,
      false,
      false,
    ]);
  });
});
