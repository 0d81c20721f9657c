import { tags } from '../../cache/tags.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../../modules/auth/principal-tags.js';
import type { MovedAccount } from './accounts.pg.repository.js';

/** A move acts for no account: the system itself. */
export const SYSTEM = { userId: null, apiKeyId: null } as const;

export const accountMoved = (orgId: string, { id, email }: MovedAccount): DomainEvent => ({
  type: 'user.created',
  aggregate: { type: 'user', id },
  orgId,
  actor: SYSTEM,
  subject: { userId: id, email },
  payload: { role: 'user' },
  tags: [tags.entity(orgId, 'users', id), tags.collection(orgId, 'users'), principalTag(id)],
});
