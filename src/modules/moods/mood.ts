export const MOODS_COLLECTION = 'mood_entries';

/** Something that may have influenced a mood: `{ name: 'Sleep', value: 'good' }`. */
export interface MoodFactor {
  readonly name: string;
  readonly value: string | number | boolean;
}

/** A mood entry as stored in MongoDB. */
export type StoredMood = Readonly<{
  /** UUIDv7. */
  _id: string;
  organization_id: string;
  user_id: string;
  /** One of the person's own categories. Null if `db:verify` has found that it was lost. */
  category_id: string | null;
  /** 1 to 10. */
  intensity: number;
  factors: readonly MoodFactor[];
  /** Encrypted (`MoodNotes`). */
  note: string | null;
  recorded_at: Date;
  /** Counts the changes. A writer replaces only the version that it has read. */
  version: number;
  created_at: Date;
  updated_at: Date;
}>;

/** A mood entry with its note decrypted. */
export type Mood = Omit<StoredMood, 'note'> & { readonly note: string | null };
