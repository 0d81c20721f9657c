import type { InsightSource } from '../insights/insight-source.js';
import { MOODS_COLLECTION, type StoredMood } from './mood.js';

/** Moods count on the day on which they were recorded. */
export const moodInsights: InsightSource = {
  collection: MOODS_COLLECTION,
  fields: ['recorded_at', 'intensity'],
  conditions: { removed_at: null },
  on: ({ from, to }) => ({ recorded_at: { $gte: from, $lt: to } }),
  contributionOf: (document) => {
    const { recorded_at: at, intensity } = document as Pick<StoredMood, 'recorded_at' | 'intensity'>;
    return { at, moods: 1, intensity_sum: intensity };
  },
};
