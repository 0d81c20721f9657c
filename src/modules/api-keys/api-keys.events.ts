import { tags } from '../../cache/tags.js';
import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';
import type { ApiKey } from './api-key.js';

type Actor = DomainEvent['actor'];
const NOBODY: Actor = { userId: null, apiKeyId: null };

const keyEvent = (type: 'api_key.created' | 'api_key.revoked', actor: Actor, key: ApiKey): DomainEvent => ({
  type,
  aggregate: { type: 'api_key', id: key.id },
  orgId: key.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { name: key.name, start: key.start, scopes: key.scopes },
  tags: [...apiKeyTags(key), principalTag(key.createdBy)],
});

/** Where its organisation reads of it. */
export const apiKeyTags = ({ organizationId, id }: ApiKey): string[] => [
  tags.entity(organizationId, 'api-keys', id),
  tags.collection(organizationId, 'api-keys'),
];

export const apiKeyCreated = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.created', actor, key);

/** The key's look-ups hang on its creator's tag: the next request with it is refused. */
export const apiKeyRevoked = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.revoked', actor, key);

/** It went with its creator's account. Another organisation is not told who deleted that. */
export const apiKeyLost = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.revoked', key.organizationId === actor.orgId ? actor : NOBODY, key);
