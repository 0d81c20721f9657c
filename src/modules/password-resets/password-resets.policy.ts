import type { Principal } from '../../common/http/principal.js';
import { isPlatformAdmin } from '../../common/http/scopes.js';
import { canChangeCredentials } from '../users/users.policy.js';
import type { PasswordReset, ResettableAccount } from './password-reset.js';

/**
 * Whether the caller may know of the account: members of the organisation may, and platform admins know all accounts.
 */
export const isVisibleTo = (actor: Principal, account: ResettableAccount): boolean =>
  account.memberRole !== null || isPlatformAdmin(actor);

/**
 * A reset opens an account like a new password does. No caller may issue one for their own account, which would bypass
 * the current password. Platform admins may issue one for every other account.
 */
export const canIssueReset = (actor: Principal, account: ResettableAccount): boolean =>
  actor.userId !== account.id &&
  (isPlatformAdmin(actor) ||
    (account.memberRole !== null &&
      canChangeCredentials(actor, { ...account, memberRole: account.memberRole }, account)));

/** The organisation's admins have no power over it (ADR 14). */
const isProtected = ({ role, isMemberElsewhere }: ResettableAccount): boolean =>
  role === 'admin' || isMemberElsewhere;

/**
 * Whether a reset may still be used. The present state of the account decides, not its state when the reset was
 * issued.
 */
export const isUsable = (reset: PasswordReset, account: ResettableAccount, now: Date): boolean =>
  reset.expiresAt > now &&
  reset.replaces === account.passwordDigest &&
  (reset.isByPlatformAdmin || !isProtected(account));
