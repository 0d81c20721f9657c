import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole } from '../../common/http/scopes.js';

/** Allows reading only one's own sessions, because every query contains the caller. */
export const canReadFocusSessions = (actor: Principal): boolean =>
  hasNamedScope(actor, 'focus-sessions', 'read');

export const canFocus = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'focus-sessions', 'write');
