import type { JournalEntry } from './journal-entry.js';
import type { EntryResponse } from './journal.dto.js';

export const toEntryResponse = (entry: JournalEntry): EntryResponse => ({
  id: entry.id,
  title: entry.title,
  content: entry.content,
  entry_type: entry.entry_type,
  entry_date: entry.entry_date,
  tag_ids: [...entry.tag_ids],
  photos: entry.photos.map(({ image_url, caption }) => ({ image_url, caption })),
  voice_notes: entry.voice_notes.map(({ audio_url, duration_seconds }) => ({ audio_url, duration_seconds })),
  prompt_responses: entry.prompt_responses.map(({ prompt_id, response }) => ({ prompt_id, response })),
  is_favorite: entry.is_favorite,
  mood_id: entry.mood_id,
  created_at: entry.created_at.toISOString(),
  updated_at: entry.updated_at.toISOString(),
});
