import type { Principal } from '../../common/http/principal.js';
import { hasScope } from '../../common/http/scopes.js';

/** Figures, and no record: they have a scope of their own. */
export const canReadStats = (actor: Principal): boolean => hasScope(actor, 'stats', 'read');
