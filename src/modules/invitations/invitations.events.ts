import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Invitation } from './invitation.js';

/** Without the address, because it may belong to no account with which it would be erased. */
export const invitationEvent = (
  type: 'invitation.created' | 'invitation.deleted',
  actor: Principal,
  { id, organizationId, role }: Invitation,
): DomainEvent => ({
  type,
  aggregate: { type: 'invitation', id },
  orgId: organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { role },
  tags: [],
});
