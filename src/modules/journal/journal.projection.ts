import { pendingOf } from '../../flows/effects/carrying.js';
import type { RecordedEvent } from '../../flows/outbox/domain-event.js';
import type { Document, ProjectedWrite, Projection } from '../../flows/projections/projection.js';
import { dateOfStored, JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';
import { entryCounted } from './journal.effects.js';
import { journalTags } from './journal.events.js';

/** Writes the entries whose reservation was made, and removes those whose reservation was released. */
export const journalProjection: Projection = {
  name: 'journal',
  handles: ['journal_entry.created', 'journal_entry.deleted', 'tag.deleted'],
  writes: (event) => WRITES[event.type]?.(event) ?? [],
  tags: ({ orgId, type, aggregate }) =>
    type === 'tag.deleted' ? journalTags(orgId, '').slice(1) : journalTags(orgId, aggregate.id),
};

const WRITES: Readonly<Record<string, (event: RecordedEvent) => ProjectedWrite[]>> = {
  'journal_entry.created': ({ id, content, recordedAt }) =>
    content ? [{ collection: JOURNAL_COLLECTION, insert: documentOf(content, id, recordedAt) }] : [],
  'journal_entry.deleted': ({ aggregate, recordedAt }) => removalOf(aggregate.id, recordedAt),
  'tag.deleted': ({ orgId, aggregate: { id } }) => [
    {
      collection: JOURNAL_COLLECTION,
      updateMany: {
        filter: { tag_ids: id, organization_id: orgId },
        update: { $pull: { tag_ids: id } },
      },
    },
  ],
};

const DATES = ['entry_date', 'created_at', 'updated_at', 'recorded_at'] as const;

/**
 * The document carries the effect that informs insights, so no request waits to apply it. A repeat of the event has
 * the same effect.
 */
function documentOf(content: Readonly<Record<string, unknown>>, eventId: string, at: Date): Document {
  const dates = Object.fromEntries(DATES.map((field) => [field, new Date(String(content[field]))]));
  const entry = { ...content, ...dates } as unknown as StoredEntry;
  const counted = { ...entryCounted(entry, [dateOfStored(entry.entry_date)], at), _id: eventId };
  return { ...entry, pending: [{ ...pendingOf(counted), due_at: at }] };
}

/** A document with undelivered effects stays, without its content, until the relay of effects has applied them. */
const removalOf = (id: string, at: Date): ProjectedWrite[] => [
  {
    collection: JOURNAL_COLLECTION,
    updateMany: {
      filter: { _id: id },
      update: {
        $set: {
          ...{ removed_at: at, deleted_at: at, title: '', content: '', words: 0, tokens: [] },
          ...{ tag_ids: [], photos: [], voice_notes: [], prompt_responses: [] },
        },
      },
    },
  },
  {
    collection: JOURNAL_COLLECTION,
    deleteMany: {
      filter: { _id: id, 'pending.0': { $exists: false }, 'dead_letters.0': { $exists: false } },
    },
  },
];
