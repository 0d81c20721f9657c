import { describe, expect, it } from 'vitest';

import type { Principal } from '../../../src/common/http/principal.js';
import { canImport, canReadImports } from '../../../src/modules/imports/imports.policy.js';
import { canChangeMoods, canReadMoods } from '../../../src/modules/moods/moods.policy.js';
import {
  canCompletePrompts,
  canManagePrompts,
  canReadPromptSet,
} from '../../../src/modules/prompts/prompts.policy.js';
import { canChangeTags, canReadTags } from '../../../src/modules/tags/tags.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

type Rule = (actor: Principal) => boolean;

const RESOURCES: readonly [resource: string, read: Rule, change: Rule][] = [
  ['tags', canReadTags, canChangeTags],
  ['moods', canReadMoods, canChangeMoods],
  ['prompts', canReadPromptSet, canCompletePrompts],
  ['imports', canReadImports, canImport],
];

describe.each(RESOURCES)('private records: %s', (resource, canRead, canChange) => {
  it.each([
    ['an owner', aPrincipal(), true, true],
    ['a member', aPrincipal({ role: 'member' }), true, true],
    ['a viewer', aPrincipal({ role: 'viewer' }), true, false],
    ['a visitor', aVisitor(), true, true],
    ['a key that names the resource', aKeyPrincipal([`${resource}:write`]), true, true],
    ['a key that may read it', aKeyPrincipal([`${resource}:read`]), true, false],
    ['a viewer’s key', aKeyPrincipal([`${resource}:admin`], { role: 'viewer' }), true, false],
    ['a key for everything, which names nothing', aKeyPrincipal(['*']), false, false],
    ['a key for everything that names it, too', aKeyPrincipal(['*', `${resource}:read`]), true, false],
    ['a key for something else', aKeyPrincipal(['journal:admin']), false, false],
  ])('%s', (_, actor, mayRead, mayChange) => {
    expect([canRead(actor), canChange(actor)]).toEqual([mayRead, mayChange]);
  });
});

describe('the library of prompts', () => {
  it.each([
    ['a platform admin', aPrincipal({ platformRole: 'admin' }), true],
    ['an owner', aPrincipal(), false],
    ['a platform admin’s key', aKeyPrincipal(['*', 'prompts:admin'], { platformRole: 'admin' }), false],
  ])('%s', (_, actor, may) => {
    expect(canManagePrompts(actor)).toBe(may);
  });
});
