import { describe, expect, it } from 'vitest';

import { canExport, canReadExports } from '../../../src/modules/exports/exports.policy.js';
import { aKeyPrincipal, aPrincipal, aVisitor } from '../../factories/principal.js';

describe('exports', () => {
  it.each([
    ['an owner', aPrincipal(), true, true],
    ['a viewer, who changes nothing by it', aPrincipal({ role: 'viewer' }), true, true],
    ['a visitor', aVisitor(), true, true],
    ['a key that names them', aKeyPrincipal(['exports:write']), true, true],
    ['a key that may read them', aKeyPrincipal(['exports:read']), true, false],
    ['a key for everything, which names nothing', aKeyPrincipal(['*']), false, false],
    ['a key for the journal', aKeyPrincipal(['journal:admin']), false, false],
  ])('%s', (_, actor, mayRead, mayExport) => {
    expect([canReadExports(actor), canExport(actor)]).toEqual([mayRead, mayExport]);
  });
});
