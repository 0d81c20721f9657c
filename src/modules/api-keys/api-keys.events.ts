import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';
import type { ApiKey } from './api-key.js';

type Actor = DomainEvent['actor'];
const NOBODY: Actor = { userId: null, apiKeyId: null };

const keyEvent = (
  type: 'api_key.created' | 'api_key.updated' | 'api_key.rotated' | 'api_key.revoked',
  actor: Actor,
  key: ApiKey,
  more: Readonly<Record<string, unknown>> = {},
): DomainEvent => ({
  type,
  aggregate: { type: 'api_key', id: key.id },
  orgId: key.organizationId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { name: key.name, start: key.start, scopes: key.scopes, ...more },
  // The tag of its cached lookups is its creator's. Reads of keys are not cached.
  tags: [principalTag(key.createdBy)],
});

export const apiKeyCreated = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.created', actor, key);

/** Contains the names of the changed fields. */
export const apiKeyUpdated = (actor: Principal, key: ApiKey, changed: readonly string[]): DomainEvent =>
  keyEvent('api_key.updated', actor, key, { changed });

/** `key.start` belongs to the new secret. */
export const apiKeyRotated = (actor: Principal, key: ApiKey, overlapSeconds: number): DomainEvent =>
  keyEvent('api_key.rotated', actor, key, { overlap_seconds: overlapSeconds });

/** The key's cached lookups depend on its creator's tag, so the next request with the key is refused. */
export const apiKeyRevoked = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.revoked', actor, key);

/** The key was deleted with its creator's account. Other organisations do not learn who deleted the account. */
export const apiKeyLost = (actor: Principal, key: ApiKey): DomainEvent =>
  keyEvent('api_key.revoked', key.organizationId === actor.orgId ? actor : NOBODY, key);
