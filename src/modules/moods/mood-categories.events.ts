import { tags } from '../../cache/tags.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { MoodCategory } from './mood-category.js';

export const MOOD_CATEGORY_EVENTS = ['mood_category.created'] as const;

/** The tag of answers that show the categories of any person of an organisation. */
export const moodCategoriesTag = (orgId: string): string => tags.collection(orgId, 'mood-categories');

/** The name is private, so the log of the organisation does not contain it. */
export const moodCategoryCreated = (
  actor: DomainEvent['actor'],
  { id, organizationId: orgId }: MoodCategory,
): DomainEvent => ({
  type: 'mood_category.created',
  aggregate: { type: 'mood_category', id },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: {},
  tags: [moodCategoriesTag(orgId)],
});
