import type { Principal } from '../../common/http/principal.js';
import { hasScope, isPlatformAdmin } from '../../common/http/scopes.js';

export const canReadPlans = (actor: Principal): boolean => hasScope(actor, 'plans', 'read');

/** Plans are the platform's: no role in an organisation is enough. */
export const canManagePlans = isPlatformAdmin;
