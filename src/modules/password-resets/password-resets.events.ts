import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent, EventType } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';
import type { ResettableAccount } from './password-reset.js';

const about = (type: EventType, account: ResettableAccount, actor: DomainEvent['actor']) => ({
  type,
  aggregate: { type: 'user' as const, id: account.id },
  orgId: account.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: { userId: account.id, email: account.email },
});

/** In the log of the organisation that manages the account, whichever organisation the caller acts in. */
export const resetIssued = (actor: Principal, account: ResettableAccount): DomainEvent => ({
  ...about('user.password_reset_issued', account, actor),
  payload: {},
  tags: [],
});

/** The actor is the person. All sessions have ended. */
export const resetUsed = (account: ResettableAccount): DomainEvent => ({
  ...about('user.updated', account, { userId: account.id, apiKeyId: null }),
  payload: { changed: ['password'] },
  tags: [principalTag(account.id)],
});
