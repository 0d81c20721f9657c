import type { Principal } from '../../common/http/principal.js';
import { hasScope } from '../../common/http/scopes.js';

export const canReadEntitlements = (actor: Principal): boolean => hasScope(actor, 'entitlements', 'read');
