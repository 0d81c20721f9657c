export const MOODS_COLLECTION = 'mood_entries';

/** What a mood may have had to do with: `{ name: 'Sleep', value: 'good' }`. */
export interface MoodFactor {
  readonly name: string;
  readonly value: string | number | boolean;
}

/** A mood entry, as it stands in MongoDB. */
export type StoredMood = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  user_id: string;
  /** Of the person's own. Null where it was lost, which `db:verify` has found. */
  category_id: string | null;
  /** 1 to 10. */
  intensity: number;
  factors: readonly MoodFactor[];
  /** Encrypted (`MoodNotes`). */
  note: string | null;
  recorded_at: Date;
  /** Counts the changes. A writer replaces the version that it has read, or nothing. */
  version: number;
  created_at: Date;
  updated_at: Date;
}>;

/** A mood entry whose note can be read. */
export type Mood = Omit<StoredMood, 'note'> & { readonly note: string | null };
