import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope } from '../../common/http/scopes.js';

/** Allows reading only the caller's own insights. */
export const canReadInsights = (actor: Principal): boolean => hasNamedScope(actor, 'insights', 'read');
