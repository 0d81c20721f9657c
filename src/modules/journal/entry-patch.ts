import { isDeepStrictEqual } from 'node:util';

import type { EntryContent, EntryFacts, JournalEntry } from './journal-entry.js';
import type { UpdateEntryDto } from './journal.dto.js';

/** What null makes of a member. */
const EMPTY = {
  title: '',
  content: '',
  tag_ids: [],
  photos: [],
  voice_notes: [],
  prompt_responses: [],
} as const;

type Changes = Partial<EntryContent & EntryFacts>;

/** What a merge patch really changes of an entry. */
export function changesOf(entry: JournalEntry, patch: UpdateEntryDto): Changes {
  const given = Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => [name, value ?? (name in EMPTY ? EMPTY[name as keyof typeof EMPTY] : null)] as const,
    )
    .filter(([name, value]) => !isDeepStrictEqual(entry[name as keyof JournalEntry], value));
  return Object.fromEntries(given) as Changes;
}
