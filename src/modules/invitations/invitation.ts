import type { MemberRole } from '../../common/http/principal.js';

/** An open invitation, without its token, which is not stored. */
export interface Invitation {
  id: string;
  organizationId: string;
  email: string;
  role: MemberRole;
  invitedBy: string;
  createdAt: Date;
  expiresAt: Date;
}

export interface NewInvitation extends Omit<Invitation, 'createdAt'> {
  /** SHA-256 of the token, as hex. */
  tokenHash: string;
}
