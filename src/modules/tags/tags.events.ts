import { tags } from '../../cache/tags.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Tag } from './tag.js';

export const TAG_EVENTS = ['tag.created', 'tag.updated', 'tag.deleted'] as const;

/** The cache tags of answers that show a tag. */
export const tagTags = (orgId: string, id: string): string[] => [
  tags.entity(orgId, 'tags', id),
  tags.collection(orgId, 'tags'),
];

/** The name is private, so the log of the organisation does not contain it. */
export const tagChanged = (
  actor: DomainEvent['actor'],
  type: (typeof TAG_EVENTS)[number],
  { id, organizationId: orgId }: Tag,
): DomainEvent => ({
  type,
  aggregate: { type: 'tag', id },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: {},
  tags: tagTags(orgId, id),
});
