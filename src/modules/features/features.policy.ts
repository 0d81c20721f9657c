import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** Allows reading flags and segments and having them evaluated, on every interface. */
export const canReadFeatures = (actor: Principal): boolean => hasScope(actor, 'features', 'read');

export const canChangeFeatures = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'features', 'write');
