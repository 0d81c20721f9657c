import type { Principal } from '../../common/http/principal.js';
import { hasScope, isPlatformAdmin } from '../../common/http/scopes.js';

export const canReadPlans = (actor: Principal): boolean => hasScope(actor, 'plans', 'read');

/** Plans belong to the platform, so no role in an organisation is sufficient. */
export const canManagePlans = isPlatformAdmin;
