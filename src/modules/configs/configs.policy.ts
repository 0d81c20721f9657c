import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadConfigs = (actor: Principal): boolean => hasScope(actor, 'configs', 'read');

export const canChangeConfigs = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'configs', 'write');
