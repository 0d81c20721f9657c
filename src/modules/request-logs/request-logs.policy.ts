import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** They show what every member does. */
export const canReadRequestLogs = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'request-logs', 'read');
