import { tags } from '../../cache/tags.js';
import type { MemberRole, Principal } from '../../common/http/principal.js';
import type { DomainEvent, EventType } from '../../flows/outbox/domain-event.js';
import { principalTag } from '../auth/principal-tags.js';

const NOBODY = { userId: null, apiKeyId: null };

const byActor = (actor: DomainEvent['actor'], orgId: string, type: EventType) => ({
  type,
  aggregate: { type: 'organization' as const, id: orgId },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
});

/** The creator receives a role. */
export const organizationCreated = (actor: Principal, orgId: string): DomainEvent => ({
  ...byActor(actor, orgId, 'organization.created'),
  payload: {},
  tags: [principalTag(actor.userId)],
});

export const organizationUpdated = (actor: Principal, changed: readonly string[]): DomainEvent => ({
  ...byActor(actor, actor.orgId, 'organization.updated'),
  payload: { changed },
  tags: [tags.collection(actor.orgId, 'profile')],
});

/** Every former member loses a role. */
export const organizationDeleted = (actor: Principal, memberIds: readonly string[]): DomainEvent => ({
  ...byActor(actor, actor.orgId, 'organization.deleted'),
  payload: {},
  tags: memberIds.map(principalTag),
});

/** A member joined, left, or has another role. `role` is null if the member has none any more. */
export const memberChanged = (
  actor: Principal,
  type: 'member.added' | 'member.updated' | 'member.removed',
  member: { userId: string; email: string },
  role: MemberRole | null,
): DomainEvent => ({
  ...byActor(actor, actor.orgId, type),
  subject: { userId: member.userId, email: member.email },
  payload: { role },
  tags: [
    tags.entity(actor.orgId, 'users', member.userId),
    tags.collection(actor.orgId, 'users'),
    principalTag(member.userId),
  ],
});

/**
 * The last owner's account was deleted. The event does not say by whom, because this organisation must not learn that.
 */
export const ownerSucceeded = (orgId: string, member: { userId: string; email: string }): DomainEvent => ({
  ...byActor(NOBODY, orgId, 'member.updated'),
  subject: { userId: member.userId, email: member.email },
  payload: { role: 'owner' },
  tags: [
    tags.entity(orgId, 'users', member.userId),
    tags.collection(orgId, 'users'),
    principalTag(member.userId),
  ],
});

/** The account of its only member was deleted. */
export const organizationAbandoned = (orgId: string): DomainEvent => ({
  ...byActor(NOBODY, orgId, 'organization.deleted'),
  payload: {},
  tags: [],
});
