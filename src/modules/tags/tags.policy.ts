import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole } from '../../common/http/scopes.js';

/** Tags are private to a person, like the journal. */
export const canReadTags = (actor: Principal): boolean => hasNamedScope(actor, 'tags', 'read');

export const canChangeTags = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'tags', 'write');
