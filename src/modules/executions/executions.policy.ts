import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadExecutions = (actor: Principal): boolean => hasScope(actor, 'executions', 'read');

export const canRunExecutions = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'executions', 'write');
