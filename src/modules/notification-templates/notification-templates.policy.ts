import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** To read templates and partials, and to have messages rendered and previewed. */
export const canReadTemplates = (actor: Principal): boolean =>
  hasScope(actor, 'notification-templates', 'read');

/** To change, publish, roll back and import them. */
export const canChangeTemplates = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'notification-templates', 'write');
