import type { MemberRole, PlatformRole } from '../../common/http/principal.js';

/** A reset as it is kept, without its token. */
export interface PasswordReset {
  userId: string;
  tokenHash: string;
  /** SHA-256 of the stored password that it replaces. */
  replaces: string;
  isByPlatformAdmin: boolean;
  expiresAt: Date;
}

/** What a reset needs to know of an account. */
export interface ResettableAccount {
  id: string;
  organizationId: string;
  email: string;
  role: PlatformRole;
  /** Its role in the organisation that asks; null where it is no member of it. */
  memberRole: MemberRole | null;
  isMemberElsewhere: boolean;
  /** SHA-256 of the password as it is stored. */
  passwordDigest: string;
}
