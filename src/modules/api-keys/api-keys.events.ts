import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';
import type { ApiKey } from './api-key.js';

const keyEvent = (
  type: 'api_key.created' | 'api_key.revoked',
  actor: Principal,
  key: ApiKey,
): DomainEvent => ({
  type,
  aggregate: { type: 'api_key', id: key.id },
  orgId: actor.orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { name: key.name, start: key.start, scopes: key.scopes },
  tags: [
    tags.entity(actor.orgId, 'api-keys', key.id),
    tags.collection(actor.orgId, 'api-keys'),
    principalTag(key.createdBy),
  ],
});

export const apiKeyCreated = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.created', actor, key);

/** The key's look-ups hang on its creator's tag: the next request with it is refused. */
export const apiKeyRevoked = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.revoked', actor, key);
