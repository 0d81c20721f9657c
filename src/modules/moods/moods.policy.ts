import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole } from '../../common/http/scopes.js';

/** Moods and their categories are private to a person, like the journal. */
export const canReadMoods = (actor: Principal): boolean => hasNamedScope(actor, 'moods', 'read');

export const canChangeMoods = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'moods', 'write');
