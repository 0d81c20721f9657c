import type { z } from 'zod';

import type { Invitation } from './invitation.js';
import type { InvitationPage, NewInvitationResponse } from './invitations.dto.js';

const toInvitation = ({ id, email, role, expiresAt }: Invitation) => ({
  ...{ id, email, role },
  expires_at: expiresAt.toISOString(),
});

export const toNewInvitationResponse = (invitation: Invitation, token: string): NewInvitationResponse => ({
  ...toInvitation(invitation),
  token,
});

export const toListedInvitation = (
  invitation: Invitation,
): z.output<typeof InvitationPage.schema>['data'][number] => ({
  ...toInvitation(invitation),
  invited_by: invitation.invitedBy,
  created_at: invitation.createdAt.toISOString(),
});
