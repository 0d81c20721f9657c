import { describe, expect, it } from 'vitest';

import type { Principal } from '../../../src/common/http/principal.js';
import { canReadEntitlements } from '../../../src/modules/entitlements/entitlements.policy.js';
import { canManagePlans, canReadPlans } from '../../../src/modules/plans/plans.policy.js';
import {
  canChangeSubscription,
  canListSubscriptions,
  canReadSubscription,
  canSubscribe,
  visibleOwner,
} from '../../../src/modules/subscriptions/subscriptions.policy.js';
import {
  canAddTransactions,
  canReadTransactions,
} from '../../../src/modules/transactions/transactions.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

const as = (role: Principal['role']) => aPrincipal({ role, userId: 'self' });
const everything = aKeyPrincipal(['*'], { userId: 'self' });

describe('who may deal with plans', () => {
  // read · manage
  it.each<[string, Principal, [boolean, boolean]]>([
    ['an owner', as('owner'), [true, false]],
    ['a viewer', as('viewer'), [true, false]],
    ['a platform admin', aPrincipal({ platformRole: 'admin', role: 'viewer' }), [true, true]],
    ['a key of a platform admin', aKeyPrincipal(['*'], { platformRole: 'admin' }), [true, false]],
    ['a key that reads plans', aKeyPrincipal(['plans:read']), [true, false]],
    ['a key of something else', aKeyPrincipal(['users:admin']), [false, false]],
    ['a visitor', aVisitor(), [true, false]],
  ])('%s', (_, actor, expected) => {
    expect([canReadPlans(actor), canManagePlans(actor)]).toEqual(expected);
  });
});

describe('who may deal with subscriptions', () => {
  const [own, foreign] = [{ userId: 'self' }, { userId: 'other' }];
  // list · subscribe · read own, another's · change own, another's
  it.each<[string, Principal, boolean[]]>([
    ['an owner', as('owner'), [true, true, true, true, true, true]],
    ['an admin', as('admin'), [true, true, true, true, true, true]],
    ['a member', as('member'), [true, true, true, false, true, false]],
    ['a viewer', as('viewer'), [true, false, true, false, false, false]],
    ['a key with every scope', everything, [true, true, true, true, true, true]],
    [
      'a key that reads',
      aKeyPrincipal(['subscriptions:read'], { userId: 'self' }),
      [true, false, true, true, false, false],
    ],
    [
      'a member’s key that writes',
      aKeyPrincipal(['subscriptions:write'], { userId: 'self', role: 'member' }),
      [true, true, true, false, true, false],
    ],
  ])('%s', (_, actor, expected) => {
    expect([
      canListSubscriptions(actor),
      canSubscribe(actor),
      canReadSubscription(actor, own),
      canReadSubscription(actor, foreign),
      canChangeSubscription(actor, own),
      canChangeSubscription(actor, foreign),
    ]).toEqual(expected);
  });

  it('lists everybody’s for admins, and one’s own for others', () => {
    expect([as('admin'), as('member'), as('viewer')].map(visibleOwner)).toEqual([null, 'self', 'self']);
  });
});

describe('who may deal with transactions and entitlements', () => {
  // read · add · read entitlements
  it.each<[string, Principal, [boolean, boolean, boolean]]>([
    ['an owner', as('owner'), [true, true, true]],
    ['a member', as('member'), [true, true, true]],
    ['a viewer', as('viewer'), [true, false, true]],
    ['a key that reads', aKeyPrincipal(['transactions:read']), [true, false, false]],
    ['a key that writes', aKeyPrincipal(['transactions:write']), [true, true, false]],
    ['a key of something else', aKeyPrincipal(['entitlements:read']), [false, false, true]],
  ])('%s', (_, actor, expected) => {
    expect([canReadTransactions(actor), canAddTransactions(actor), canReadEntitlements(actor)]).toEqual(
      expected,
    );
  });
});
