import { describe, expect, it } from 'vitest';

import { canReadJournal, canWriteJournal } from '../../../src/modules/journal/journal.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

describe('the rights to a journal', () => {
  it.each([
    ['an owner in person', aPrincipal(), true, true],
    ['a member in person', aPrincipal({ role: 'member' }), true, true],
    ['a viewer in person', aPrincipal({ role: 'viewer' }), true, false],
    ['the visitor of the quickstart', aVisitor(), true, true],
    ['a key that names it', aKeyPrincipal(['journal:write']), true, true],
    ['a key that may read it', aKeyPrincipal(['journal:read']), true, false],
    ['a key for everything', aKeyPrincipal(['*']), false, false],
    ['a key for something else', aKeyPrincipal(['moods:write']), false, false],
    ['a viewer’s key', aKeyPrincipal(['journal:write'], { role: 'viewer' }), true, false],
  ])('of %s', (_, actor, mayRead, mayWrite) => {
    expect([canReadJournal(actor), canWriteJournal(actor)]).toEqual([mayRead, mayWrite]);
  });
});
