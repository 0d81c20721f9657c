import type { MemberRole } from '../../common/http/principal.js';
import { hasScopeNow } from '../api-keys/role-scopes.js';
import { isExpired } from '../auth/identity.js';
import type { VerificationCode } from './key-verification.dto.js';
import type { KnownKey } from './verification.response.js';
import { isMet, type WantedScope } from './wanted-scopes.js';

/** The present role of the key's creator in its organisation. */
export const roleOf = ({ roles, defaultOrgId }: KnownKey): MemberRole => roles[defaultOrgId] ?? 'viewer';

/** Why a key is refused before anything is counted. `VALID`: it is not. */
export function standingOf(
  known: KnownKey,
  wanted: readonly WantedScope[] | WantedScope,
  now: Date,
): VerificationCode {
  if (known.key.isRevoked) return 'REVOKED';
  if (!known.key.isEnabled) return 'DISABLED';
  if (isExpired(known, now)) return 'EXPIRED';
  const role = roleOf(known);
  return isMet(wanted, (scope) => hasScopeNow(role, known.scopes ?? [], scope))
    ? 'VALID'
    : 'INSUFFICIENT_PERMISSIONS';
}
