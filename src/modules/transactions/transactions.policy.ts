import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadTransactions = (actor: Principal): boolean => hasScope(actor, 'transactions', 'read');

/** Every role except viewers may add to the ledger. No role may change its lines. */
export const canAddTransactions = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'transactions', 'write');
