import type { Principal } from '../../common/http/principal.js';
import { hasScope } from '../../common/http/scopes.js';
import { canManageUser, type Target } from '../users/users.policy.js';

/** An admin of the managing organisation may vouch for an address, but not for their own. */
export const canVouchFor = (actor: Principal, account: Target): boolean =>
  actor.userId !== account.id && canManageUser(actor, account) && hasScope(actor, 'users', 'admin');
