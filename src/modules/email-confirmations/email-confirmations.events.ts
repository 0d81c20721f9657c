import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent, EventType } from '../../flows/outbox/domain-event.js';
import type { ConfirmableAccount } from './email-confirmations.pg.repository.js';

const about = (type: EventType, actor: Principal, account: ConfirmableAccount) => ({
  type,
  aggregate: { type: 'user' as const, id: account.id },
  orgId: account.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: { userId: account.id, email: account.email },
});

export const confirmationIssued = (actor: Principal, account: ConfirmableAccount): DomainEvent => ({
  ...about('user.email_confirmation_issued', actor, account),
  payload: {},
  tags: [],
});

/** The account's `updated_at` changes in every answer that shows it. */
export const emailConfirmed = (
  actor: Principal,
  account: ConfirmableAccount,
  orgIds: readonly string[],
): DomainEvent => ({
  ...about('user.email_confirmed', actor, account),
  payload: {},
  tags: orgIds.flatMap((orgId) => [tags.entity(orgId, 'users', account.id), tags.collection(orgId, 'users')]),
});
