import type { MemberRole, PlatformRole } from '../../common/http/principal.js';

/** A reset as it is stored, without its token. */
export interface PasswordReset {
  userId: string;
  tokenHash: string;
  /** SHA-256 of the stored password that it replaces. */
  replaces: string;
  isByPlatformAdmin: boolean;
  expiresAt: Date;
}

/** The data of an account that a reset needs. */
export interface ResettableAccount {
  id: string;
  organizationId: string;
  email: string;
  role: PlatformRole;
  /** Its role in the asking organisation. Null if it is no member there. */
  memberRole: MemberRole | null;
  isMemberElsewhere: boolean;
  /** SHA-256 of the stored password. */
  passwordDigest: string;
}
