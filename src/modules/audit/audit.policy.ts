import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** It reads the whole log, and says who tampered with it to those who answer for the organisation. */
export const canVerifyActivity = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'activity', 'read');
