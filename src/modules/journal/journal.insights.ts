import type { InsightSource } from '../insights/insight-source.js';
import { dateAsStored, dateOfStored, JOURNAL_COLLECTION, type StoredEntry } from './journal-entry.js';

/** Entries count on their date, whatever the time zone. */
export const journalInsights: InsightSource = {
  collection: JOURNAL_COLLECTION,
  fields: ['entry_date', 'words'],
  conditions: { deleted_at: null, removed_at: null },
  on: ({ date }) => ({ entry_date: dateAsStored(date) }),
  contributionOf: (document) => {
    const { entry_date, words } = document as Pick<StoredEntry, 'entry_date' | 'words'>;
    return { date: dateOfStored(entry_date), entries: 1, words };
  },
};
