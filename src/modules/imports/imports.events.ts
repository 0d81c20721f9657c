import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { ImportRequest } from './import-request.js';

export const IMPORT_EVENTS = ['import.requested', 'import.completed', 'import.failed'] as const;

/** What is in the file is the person's alone: the log of the organisation says that there was one. */
export const importChanged = (
  actor: DomainEvent['actor'],
  type: (typeof IMPORT_EVENTS)[number],
  { id, organizationId: orgId, isDryRun }: ImportRequest,
): DomainEvent => ({
  type,
  aggregate: { type: 'import', id },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { is_dry_run: isDryRun },
  // No answer with imports is cached.
  tags: [],
});
