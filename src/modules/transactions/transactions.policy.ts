import type { Principal } from '../../common/http/principal.js';
import { hasRole, hasScope } from '../../common/http/scopes.js';

export const canReadTransactions = (actor: Principal): boolean => hasScope(actor, 'transactions', 'read');

/** Everybody but viewers adds to the ledger; nobody changes what is in it. */
export const canAddTransactions = (actor: Principal): boolean =>
  hasRole(actor, 'member') && hasScope(actor, 'transactions', 'write');
