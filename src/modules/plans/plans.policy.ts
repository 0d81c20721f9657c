import type { Principal } from '../../common/http/principal.js';
import { hasScope } from '../../common/http/scopes.js';

export const canReadPlans = (actor: Principal): boolean => hasScope(actor, 'plans', 'read');

/** Plans are the platform's: no role in an organisation is enough. */
export const canManagePlans = (actor: Principal): boolean =>
  actor.platformRole === 'admin' && hasScope(actor, 'plans', 'admin');
