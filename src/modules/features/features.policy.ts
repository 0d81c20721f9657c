import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** To read flags and segments, and to have them evaluated: on every interface alike. */
export const canReadFeatures = (actor: Principal): boolean => hasScope(actor, 'features', 'read');

export const canChangeFeatures = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'features', 'write');
