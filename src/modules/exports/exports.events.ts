import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import type { ExportRequest } from './export-request.js';

export const EXPORT_EVENTS = ['export.requested', 'export.completed', 'export.failed'] as const;

/** What is in the file is the person's alone: the log of the organisation says that there was one. */
export const exportChanged = (
  actor: DomainEvent['actor'],
  type: (typeof EXPORT_EVENTS)[number],
  { id, organizationId: orgId, format }: ExportRequest,
): DomainEvent => ({
  type,
  aggregate: { type: 'export', id },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: { format },
  // No answer with exports is cached.
  tags: [],
});

/** What the service does by itself. */
export const SYSTEM = { userId: null, apiKeyId: null } as const;
