import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope, hasRole, isPlatformAdmin } from '../../common/http/scopes.js';

/**
 * The library belongs to the platform, so no role in an organisation is sufficient. People see the set of their day
 * instead.
 */
export const canManagePrompts = isPlatformAdmin;

/** The set of a day is private to its person, like the journal. */
export const canReadPromptSet = (actor: Principal): boolean => hasNamedScope(actor, 'prompts', 'read');

export const canCompletePrompts = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasNamedScope(actor, 'prompts', 'write');
