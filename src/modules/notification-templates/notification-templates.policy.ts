import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

/** Allows reading templates and partials, and rendering and previewing messages. */
export const canReadTemplates = (actor: Principal): boolean =>
  hasScope(actor, 'notification-templates', 'read');

/** Allows changing, publishing, rolling back and importing them. */
export const canChangeTemplates = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'notification-templates', 'write');
