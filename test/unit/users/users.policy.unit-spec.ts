import { describe, expect, it } from 'vitest';

import type { MemberRole, Principal } from '../../../src/common/http/principal.js';
import {
  canChangeCredentials,
  canDeleteUser,
  canManageUser,
  canSetPlatformRole,
  type Target,
} from '../../../src/modules/users/users.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

const target = (memberRole: MemberRole, more: Partial<Target> = {}): Target => ({
  ...{ id: 'target', organizationId: 'org', role: 'user', memberRole },
  ...more,
});
const owner = aPrincipal();
const admin = aPrincipal({ role: 'admin' });
const member = aPrincipal({ role: 'member' });
const operator = aPrincipal({ platformRole: 'admin' });
const writes = aKeyPrincipal(['users:write']);
const administers = aKeyPrincipal(['users:admin']);
const everything = aKeyPrincipal(['*']);
const ofOperator = aKeyPrincipal(['*'], { platformRole: 'admin' });
const visitor = aVisitor();
const inThisOrganization = { isMemberElsewhere: false };
const elsewhereToo = { isMemberElsewhere: true };

describe('who may change an account', () => {
  // manage · credentials · credentials of an account that another organisation has as well · existence
  it.each<[string, Principal, Target, [boolean, boolean, boolean, boolean]]>([
    ['an owner, a member', owner, target('member'), [true, true, false, true]],
    ['an owner, another owner', owner, target('owner'), [true, true, false, true]],
    ['an admin, a member', admin, target('member'), [true, true, false, true]],
    ['an admin, another admin', admin, target('admin'), [true, true, false, true]],
    ['an admin, an owner', admin, target('owner'), [false, false, false, false]],
    ['a member, a viewer', member, target('viewer'), [false, false, false, false]],
    ['an owner, a platform admin', owner, target('member', { role: 'admin' }), [false, false, false, false]],
    ['a platform admin, another', operator, target('member', { role: 'admin' }), [true, true, true, true]],
    ['an owner, a guest', owner, target('member', { organizationId: 'other' }), [false, false, false, false]],
    ['a key that writes, a member', writes, target('member'), [true, false, false, false]],
    ['a key that administers, a member', administers, target('member'), [true, true, false, true]],
    ['a key that administers, an admin', administers, target('admin'), [true, true, false, true]],
    ['a key that administers, an owner', administers, target('owner'), [false, false, false, false]],
    ['a key with every scope, an owner', everything, target('owner'), [false, false, false, false]],
    [
      'a key of a platform admin, a platform admin',
      ofOperator,
      target('member', { role: 'admin' }),
      [false, false, false, false],
    ],
    ['the visitor, a member', visitor, target('member'), [true, true, false, true]],
    ['the visitor, an owner', visitor, target('owner'), [false, false, false, false]],
  ])('%s', (_, actor, account, expected) => {
    expect([
      canManageUser(actor, account),
      canChangeCredentials(actor, account, inThisOrganization),
      canChangeCredentials(actor, account, elsewhereToo),
      canDeleteUser(actor, account),
    ]).toEqual(expected);
  });

  it.each<[string, Principal, [boolean, boolean]]>([
    ['a member', member, [true, true]],
    ['a key of the account', administers, [false, false]],
    ['the visitor', visitor, [false, false]],
  ])(
    'lets %s change its own credentials and end its own account only with a session',
    (_, actor, expected) => {
      const self = target(actor.role, { id: actor.userId });
      expect([canChangeCredentials(actor, self, elsewhereToo), canDeleteUser(actor, self)]).toEqual(expected);
    },
  );

  it('leaves platform roles to platform admins in person', () => {
    const callers = [owner, operator, ofOperator, { ...visitor, platformRole: 'admin' } as const];
    expect(callers.map(canSetPlatformRole)).toEqual([false, true, false, false]);
  });
});
