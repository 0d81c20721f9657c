import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope } from '../../common/http/scopes.js';

/** Exports are private to a person, as the journal is that they hold. */
export const canReadExports = (actor: Principal): boolean => hasNamedScope(actor, 'exports', 'read');

/** It changes nothing, so that a viewer may, too. */
export const canExport = (actor: Principal): boolean => hasNamedScope(actor, 'exports', 'write');
