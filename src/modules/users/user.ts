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
  /** The organisation that asks. */
  seenFrom: string;
  /** Its role there. */
  memberRole: MemberRole;
  lastLoginAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  /** When it joined the organisation that asks: lists are in this order, newest first. */
  joinedAt: Date;
}

/** What may be written; a missing field stays as it is. */
export interface UserChanges {
  email?: string | undefined;
  username?: string | undefined;
  avatar?: string | null | undefined;
  timeZone?: string | undefined;
  role?: PlatformRole | undefined;
  passwordHash?: string | undefined;
}
