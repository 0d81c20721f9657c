import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadDocuments = (actor: Principal): boolean => hasScope(actor, 'documents', 'read');

export const canChangeDocuments = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'documents', 'write');
