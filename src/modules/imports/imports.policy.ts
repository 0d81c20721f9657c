import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole } from '../../common/http/scopes.js';

/** Imports are private to a person, as the journal is that they fill. */
export const canReadImports = (actor: Principal): boolean => hasNamedScope(actor, 'imports', 'read');

export const canImport = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'imports', 'write');
