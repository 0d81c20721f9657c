import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** For those who answer for the organisation, because verification reads the whole log and reports manipulation. */
export const canVerifyActivity = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'activity', 'read');
