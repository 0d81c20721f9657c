import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** Restricted, because they show the actions of every member. */
export const canReadRequestLogs = (actor: Principal): boolean =>
  hasRole(actor, 'admin') && hasScope(actor, 'request-logs', 'read');
