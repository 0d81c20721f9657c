import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadAnalytics = (actor: Principal): boolean => hasScope(actor, 'analytics', 'read');

/** Every role except viewers may record events. */
export const canRecordAnalytics = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'analytics', 'write');
