import type { MemberRole, PlatformRole } from '../../common/http/principal.js';

/** An account as its organisation sees it. */
export interface User {
  id: string;
  /** The organisation that manages the account. */
  organizationId: string;
  email: string;
  /** False for a changed address, until its person has confirmed it. */
  isEmailConfirmed: boolean;
  username: string;
  avatar: string | null;
  /** The IANA name of the zone that its person has chosen. */
  timeZone: string;
  role: PlatformRole;
  /** The asking organisation. */
  seenFrom: string;
  /** Its role in that organisation. */
  memberRole: MemberRole;
  lastLoginAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** When it joined the asking organisation. Lists are sorted by it, newest first. */
  joinedAt: Date;
}

/** The fields that may be written. An omitted field stays as it is. */
export interface UserChanges {
  email?: string | undefined;
  username?: string | undefined;
  avatar?: string | null | undefined;
  timeZone?: string | undefined;
  role?: PlatformRole | undefined;
  passwordHash?: string | undefined;
}
