export const JOURNAL_COLLECTION = 'journal_entries';

export const ENTRY_TYPES = ['text', 'photo', 'voice', 'prompt'] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

export interface Photo {
  image_url: string;
  caption: string;
}

export interface VoiceNote {
  audio_url: string;
  duration_seconds: number;
}

export interface PromptResponse {
  prompt_id: string;
  response: string;
}

/**
 * The content that a person has written. It is encrypted wherever it is stored, with each of its texts as a separate
 * field.
 */
export interface EntryContent {
  title: string;
  content: string;
  photos: readonly Photo[];
  voice_notes: readonly VoiceNote[];
  prompt_responses: readonly PromptResponse[];
}

/** The values that are stored unencrypted, because searches use them. */
export interface EntryFacts {
  entry_type: EntryType;
  /** `2026-11-21`: a date of the calendar, in no time zone. */
  entry_date: string;
  tag_ids: readonly string[];
  is_favorite: boolean;
  mood_id: string | null;
}

/** A decrypted entry. */
export interface JournalEntry extends EntryContent, EntryFacts {
  id: string;
  created_at: Date;
  updated_at: Date;
}

/** An entry as stored in MongoDB. Every text of `EntryContent` is a value of `UserCipher`. */
export type StoredEntry = Readonly<
  EntryContent &
    Omit<EntryFacts, 'entry_date'> & {
      /** UUIDv7. */
      _id: string;
      organization_id: string;
      user_id: string;
      /** Midnight (UTC) of the entry's date. */
      entry_date: Date;
      /** `11-21`. */
      month_day: string;
      /** The number of words, which insights count. */
      words: number;
      /** The blind index of its words. */
      tokens: readonly string[];
      /** Counts the changes. A writer replaces only the version that it has read. */
      version: number;
      /**
       * Set when its deletion begins. The entry is hidden then, and removed once PostgreSQL has released its
       * reservation.
       */
      deleted_at: Date | null;
      created_at: Date;
      updated_at: Date;
      /** When this service took it in: an entry that was imported is older. */
      recorded_at: Date;
    }
>;

/** Without the fields that only searches need. */
export type ReadEntry = Omit<StoredEntry, 'tokens'>;

const MIDNIGHT = 'T00:00:00.000Z';

export const dateAsStored = (date: string): Date => new Date(date + MIDNIGHT);
export const dateOfStored = (date: Date): string => date.toISOString().slice(0, 10);
export const monthDayOf = (date: string): string => date.slice(5);
