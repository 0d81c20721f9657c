import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadDeployments = (actor: Principal): boolean => hasScope(actor, 'deployments', 'read');

export const canDeploy = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'deployments', 'write');
