import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole } from '../../common/http/scopes.js';

/** Entries are private to a person, even within the organisation. */
export const canReadJournal = (actor: Principal): boolean => hasNamedScope(actor, 'journal', 'read');

export const canWriteJournal = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'journal', 'write');
