import type { Principal } from '../../common/http/principal.js';
import { isPlatformAdmin } from '../../common/http/scopes.js';
import { canChangeCredentials } from '../users/users.policy.js';
import type { PasswordReset, ResettableAccount } from './password-reset.js';

/** Whether the account exists for the caller: the members of the organisation, and for a platform admin all. */
export const isVisibleTo = (actor: Principal, account: ResettableAccount): boolean =>
  account.memberRole !== null || isPlatformAdmin(actor);

/**
 * A reset opens an account like a new password does. Nobody issues one for themselves, which would go round the current
 * password; platform admins may for every other account.
 */
export const canIssueReset = (actor: Principal, account: ResettableAccount): boolean =>
  actor.userId !== account.id &&
  (isPlatformAdmin(actor) ||
    (account.memberRole !== null &&
      canChangeCredentials(actor, { ...account, memberRole: account.memberRole }, account)));

/** Out of reach of the organisation's admins (ADR 14). */
const isProtected = ({ role, isMemberElsewhere }: ResettableAccount): boolean =>
  role === 'admin' || isMemberElsewhere;

/** Whether a reset may still be used. What the account became meanwhile counts, not what it was when it was issued. */
export const isUsable = (reset: PasswordReset, account: ResettableAccount, now: Date): boolean =>
  reset.expiresAt > now &&
  reset.replaces === account.passwordDigest &&
  (reset.isByPlatformAdmin || !isProtected(account));
