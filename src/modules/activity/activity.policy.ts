import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadActivity = (actor: Principal): boolean => hasScope(actor, 'activity', 'read');

/** Every role except viewers may add entries. No role may change one. */
export const canRecordActivity = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'activity', 'write');
