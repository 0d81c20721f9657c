import type { Principal } from '../../common/http/principal.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { Prompt } from './prompt.js';

export const PROMPT_EVENTS = ['prompt.created', 'prompt.updated', 'prompt.deleted'] as const;

/** Logged in the organisation in which the platform admin acted. */
export const promptChanged = (
  actor: Pick<Principal, 'orgId'> & { userId: string | null; apiKeyId: string | null },
  type: (typeof PROMPT_EVENTS)[number],
  { id, category, isActive }: Prompt,
): DomainEvent => ({
  type,
  aggregate: { type: 'prompt', id },
  orgId: actor.orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { category, is_active: isActive },
  // The library is not cached.
  tags: [],
});
