import { tags } from '../../cache/tags.js';
import type { DomainEvent } from '../../flows/outbox/domain-event.js';
import { entitlementTag } from '../entitlements/entitlement-tag.js';
import type { StoredEntry } from './journal-entry.js';

export const JOURNAL_EVENTS = ['journal_entry.created', 'journal_entry.deleted'] as const;

export const journalTags = (orgId: string, id: string): string[] => [
  tags.entity(orgId, 'journal', id),
  tags.collection(orgId, 'journal'),
];

type Named = Pick<StoredEntry, '_id' | 'organization_id' | 'user_id'>;
type Actor = DomainEvent['actor'];

/**
 * The content of an entry and its date are private, so the log of the organisation only records that the entry exists.
 */
const journalEvent = (
  type: (typeof JOURNAL_EVENTS)[number],
  actor: Actor,
  { _id, organization_id: orgId, user_id: userId }: Named,
): DomainEvent => ({
  type,
  aggregate: { type: 'journal_entry', id: _id },
  orgId,
  actor: { userId: actor.userId, apiKeyId: actor.apiKeyId },
  subject: null,
  payload: {},
  tags: [...journalTags(orgId, _id), entitlementTag(orgId, userId)],
});

/** Carries the entry, encrypted, to MongoDB. */
export const entryCreated = (actor: Actor, entry: StoredEntry): DomainEvent => ({
  ...journalEvent('journal_entry.created', actor, entry),
  content: JSON.parse(JSON.stringify(entry)) as Record<string, unknown>,
});

export const entryDeleted = (actor: Actor, entry: Named): DomainEvent =>
  journalEvent('journal_entry.deleted', actor, entry);
