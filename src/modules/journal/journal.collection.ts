import type { OwnedCollection } from '../../flows/collections/owned-collection.js';
import { activityEffects } from '../activity/activity.effects.js';
import { insightEffects } from '../insights/insight.effects.js';
import { JOURNAL_COLLECTION } from './journal-entry.js';
import { journalEntrySchema } from './journal-entry.schema.js';

export const journalCollection: OwnedCollection = {
  name: JOURNAL_COLLECTION,
  schema: journalEntrySchema,
  resource: 'journal',
  effects: [activityEffects, insightEffects],
  // An entry that is younger than the snapshot of PostgreSQL has no reservation in it.
  cut: { recordedAt: 'recorded_at', isDerived: () => false },
  ofOrganization: 'deleted',
  ofAccount: [{ field: 'user_id', effect: 'deleted' }],
};
