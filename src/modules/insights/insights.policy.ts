import type { Principal } from '../../common/http/principal.js';
import { hasNamedScope } from '../../common/http/scopes.js';

/** Of the caller's own alone. */
export const canReadInsights = (actor: Principal): boolean => hasNamedScope(actor, 'insights', 'read');
