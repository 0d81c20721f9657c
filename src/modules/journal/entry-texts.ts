import type { EntryContent } from './journal-entry.js';
import { EmptyEntry } from './journal.errors.js';

/**
 * The content with each of its texts replaced. `field` is the path of a text within the record: `photos.0.caption`.
 * Missing parts stay missing.
 */
export function mapTexts<T extends Partial<EntryContent>>(
  content: T,
  change: (field: string, text: string) => string,
): Pick<T, keyof T & keyof EntryContent> {
  const { title, content: text, photos, voice_notes: voiceNotes, prompt_responses: responses } = content;
  const mapped: Partial<EntryContent> = {
    ...(title !== undefined && { title: change('title', title) }),
    ...(text !== undefined && { content: change('content', text) }),
    ...(photos && {
      photos: photos.map(({ image_url, caption }, at) => ({
        image_url: change(`photos.${at}.image_url`, image_url),
        caption: change(`photos.${at}.caption`, caption),
      })),
    }),
    ...(voiceNotes && {
      voice_notes: voiceNotes.map(({ audio_url, duration_seconds }, at) => ({
        audio_url: change(`voice_notes.${at}.audio_url`, audio_url),
        duration_seconds,
      })),
    }),
    ...(responses && {
      prompt_responses: responses.map(({ prompt_id, response }, at) => ({
        prompt_id,
        response: change(`prompt_responses.${at}.response`, response),
      })),
    }),
  };
  return mapped as Pick<T, keyof T & keyof EntryContent>;
}

/** The texts that a search covers: everything that was written, but no addresses. */
export const searchedTexts = (content: EntryContent): string[] => [
  content.title,
  content.content,
  ...content.photos.map(({ caption }) => caption),
  ...content.prompt_responses.map(({ response }) => response),
];

/** Throws `EmptyEntry`. */
export function assertNotEmpty(entry: EntryContent): void {
  const { title, content, photos, voice_notes: voiceNotes, prompt_responses: responses } = entry;
  const parts = photos.length + voiceNotes.length + responses.length;
  if (title.trim() === '' && content.trim() === '' && parts === 0) throw new EmptyEntry();
}
