import { isDeepStrictEqual } from 'node:util';

import type { EntryContent, EntryFacts, JournalEntry } from './journal-entry.js';
import type { UpdateEntryDto } from './journal.dto.js';

/** The value of each member after a null in a patch. */
const EMPTY = {
  title: '',
  content: '',
  tag_ids: [],
  photos: [],
  voice_notes: [],
  prompt_responses: [],
} as const;

type Changes = Partial<EntryContent & EntryFacts>;

/** The actual changes that a merge patch makes to an entry. */
export function changesOf(entry: JournalEntry, patch: UpdateEntryDto): Changes {
  const given = Object.entries(patch)
    .filter(([, value]) => value !== undefined)
    .map(
      ([name, value]) => [name, value ?? (name in EMPTY ? EMPTY[name as keyof typeof EMPTY] : null)] as const,
    )
    .filter(([name, value]) => !isDeepStrictEqual(entry[name as keyof JournalEntry], value));
  return Object.fromEntries(given) as Changes;
}
