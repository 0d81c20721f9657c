import { tags } from '../../cache/tags.js';
import { principalTag } from '../../modules/auth/principal-tags.js';
import type { ApiKey } from '../../modules/api-keys/api-key.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';

/** The seed acts as the system itself, not for a user. */
const SYSTEM = { userId: null, apiKeyId: null } as const;

interface Subject {
  userId: string;
  email: string;
}

export const demoOrganizationCreated = (orgId: string): DomainEvent => ({
  type: 'organization.created',
  aggregate: { type: 'organization', id: orgId },
  orgId,
  actor: SYSTEM,
  subject: null,
  payload: {},
  tags: [tags.collection(orgId, 'profile')],
});

const memberTags = (orgId: string, userId: string): string[] => [
  tags.entity(orgId, 'users', userId),
  tags.collection(orgId, 'users'),
  principalTag(userId),
];

export const demoUserCreated = (orgId: string, subject: Subject, role: string): DomainEvent => ({
  type: 'user.created',
  aggregate: { type: 'user', id: subject.userId },
  orgId,
  actor: SYSTEM,
  subject,
  payload: { role },
  tags: memberTags(orgId, subject.userId),
});

export const demoOwnerAdded = (orgId: string, subject: Subject): DomainEvent => ({
  type: 'member.added',
  aggregate: { type: 'organization', id: orgId },
  orgId,
  actor: SYSTEM,
  subject,
  payload: { role: 'owner' },
  tags: memberTags(orgId, subject.userId),
});

export const demoKeyEvent = (type: 'api_key.created' | 'api_key.revoked', key: ApiKey): DomainEvent => ({
  type,
  aggregate: { type: 'api_key', id: key.id },
  orgId: key.organizationId,
  actor: SYSTEM,
  subject: null,
  payload: { name: key.name, start: key.start, scopes: key.scopes },
  tags: [principalTag(key.createdBy)],
});
