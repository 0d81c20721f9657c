import { Turns } from '../../common/time/turns.js';
import type { UserCipher } from '../field-encryption/user-cipher.js';
import { mapTexts, searchedTexts } from './entry-texts.js';
import { TooManyWords } from './journal.errors.js';
import {
  dateAsStored,
  dateOfStored,
  type EntryContent,
  JOURNAL_COLLECTION,
  type JournalEntry,
  monthDayOf,
  type ReadEntry,
  type StoredEntry,
} from './journal-entry.js';
import { termsOf, wordsOf } from './search-words.js';

/** Of one entry: many times what people write, and as much as one write of MongoDB's index should take. */
const MAX_TERMS = 50_000;

const placeOf = (record: string, field: string) => ({ collection: JOURNAL_COLLECTION, record, field });

/** The texts of an entry, or of some of its parts, encrypted for storage. */
export const sealTexts = <T extends Partial<EntryContent>>(cipher: UserCipher, id: string, content: T) =>
  mapTexts(content, (field, text) => cipher.encrypt(placeOf(id, field), text));

/** The blind index of an entry: a token for each word, and for each of its beginnings. Throws `TooManyWords`. */
export async function tokensOf(cipher: UserCipher, content: EntryContent): Promise<string[]> {
  const turns = new Turns();
  const terms = new Set<string>();
  for (const text of searchedTexts(content))
    for (const word of wordsOf(text)) {
      for (const term of termsOf(word)) terms.add(term);
      if (terms.size > MAX_TERMS) throw new TooManyWords();
      await turns.pass();
    }
  const tokens: string[] = [];
  for (const term of terms) {
    tokens.push(cipher.token(term));
    await turns.pass();
  }
  // Sorted, so that the order reveals nothing about the text.
  return tokens.toSorted();
}

/** The number of words that a person has written, in the content and in the answers to prompts. */
export async function wordCountOf({ content, prompt_responses: responses }: EntryContent): Promise<number> {
  const turns = new Turns();
  let count = 0;
  for (const text of [content, ...responses.map(({ response }) => response)])
    for (const _word of wordsOf(text)) {
      count += 1;
      await turns.pass();
    }
  return count;
}

/** A new entry as it is stored. `recordedAt`: only where that is not the moment of its making. Throws `TooManyWords`. */
export async function sealEntry(
  cipher: UserCipher,
  { orgId, userId }: { orgId: string; userId: string },
  entry: JournalEntry,
  recordedAt: Date = entry.created_at,
): Promise<StoredEntry> {
  return {
    _id: entry.id,
    organization_id: orgId,
    user_id: userId,
    entry_type: entry.entry_type,
    entry_date: dateAsStored(entry.entry_date),
    month_day: monthDayOf(entry.entry_date),
    tag_ids: entry.tag_ids,
    is_favorite: entry.is_favorite,
    mood_id: entry.mood_id,
    ...sealTexts(cipher, entry.id, contentOf(entry)),
    words: await wordCountOf(entry),
    tokens: await tokensOf(cipher, entry),
    version: 1,
    deleted_at: null,
    created_at: entry.created_at,
    updated_at: entry.updated_at,
    recorded_at: recordedAt,
  };
}

/** Throws `Undecryptable`. */
export const openEntry = (cipher: UserCipher, stored: ReadEntry): JournalEntry => ({
  id: stored._id,
  entry_type: stored.entry_type,
  entry_date: dateOfStored(stored.entry_date),
  tag_ids: stored.tag_ids,
  is_favorite: stored.is_favorite,
  mood_id: stored.mood_id,
  ...openTexts(cipher, stored),
  created_at: stored.created_at,
  updated_at: stored.updated_at,
});

/** Throws `Undecryptable`. */
export const openTexts = (cipher: UserCipher, stored: { _id: string } & EntryContent): EntryContent =>
  mapTexts(contentOf(stored), (field, value) => cipher.decrypt(placeOf(stored._id, field), value));

export const contentOf = ({
  title,
  content,
  photos,
  voice_notes,
  prompt_responses,
}: EntryContent): EntryContent => ({ title, content, photos, voice_notes, prompt_responses });
