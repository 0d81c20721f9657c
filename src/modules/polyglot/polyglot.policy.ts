import type { Principal } from '../../common/http/principal.js';
import { hasScope } from '../../common/http/scopes.js';

/** The statistics contain figures but no records, so they have a scope of their own. */
export const canReadStats = (actor: Principal): boolean => hasScope(actor, 'stats', 'read');
