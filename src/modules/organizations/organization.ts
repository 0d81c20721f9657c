import type { MemberRole } from '../../common/http/principal.js';

/** An organisation as one of its members sees it. */
export interface Organization {
  id: string;
  name: string;
  slug: string;
  /** The role of the asking member. */
  role: MemberRole;
  createdAt: Date;
  updatedAt: Date;
}

export interface OrganizationChanges {
  name?: string | undefined;
  slug?: string | undefined;
}

export interface Member {
  userId: string;
  /** The organisation that manages the account, which may differ from the one of this membership. */
  managedBy: string;
  email: string;
  username: string;
  avatar: string | null;
  role: MemberRole;
  joinedAt: Date;
}
