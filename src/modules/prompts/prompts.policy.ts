import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole, isPlatformAdmin } from '../../common/http/scopes.js';

/** The library is the platform's: no role in an organisation is enough, and people see the set of their day. */
export const canManagePrompts = isPlatformAdmin;

/** The set of a day is private to its person, as the journal is. */
export const canReadPromptSet = (actor: Principal): boolean => hasNamedScope(actor, 'prompts', 'read');

export const canCompletePrompts = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'prompts', 'write');
