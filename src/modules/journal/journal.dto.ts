import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenDate } from '../../common/http/calendar-date.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { queryBoolean } from '../../common/http/query-boolean.js';
import { ENTRY_TYPES } from './journal-entry.js';

const MAX_CONTENT = 50_000;
const MAX_ITEMS = 20;

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.isWellFormed(), 'must be well-formed Unicode');
const mediaUrl = z
  .string()
  .max(2_048)
  .regex(/^(?:https?:\/\/[^\s/]|\/(?!\/))\S*$/, 'must be an http(s) address or a path that begins with /')
  .refine((value) => value.isWellFormed(), 'must be well-formed Unicode')
  .describe('An http(s) address, or a path: `/media/photo.jpg`. Encrypted at rest.');
const encrypted = 'Encrypted at rest, and searchable.';

const title = text(500).describe(encrypted);
const content = text(MAX_CONTENT).describe(encrypted);
const entryType = z.enum(ENTRY_TYPES);
const entryDate = givenDate.describe('A date of the calendar: no time zone moves it.');
const tagIds = z
  .array(z.uuid())
  .max(50)
  .refine((ids) => new Set(ids).size === ids.length, 'must not name a tag twice')
  .describe('Your own tags.');
const photos = z
  .array(z.strictObject({ image_url: mediaUrl, caption: text(1_000).default('') }))
  .max(MAX_ITEMS);
const voiceNotes = z
  .array(z.strictObject({ audio_url: mediaUrl, duration_seconds: z.number().min(0).max(86_400) }))
  .max(MAX_ITEMS);
const promptResponses = z
  .array(z.strictObject({ prompt_id: z.uuid(), response: text(10_000) }))
  .max(MAX_ITEMS);
const moodId = z.uuid().describe('One of your own mood entries.');

const EXAMPLE = {
  title: 'My Day',
  content: 'Today was amazing!',
  entry_type: 'text',
  entry_date: '2026-11-21',
  photos: [{ image_url: '/media/photo.jpg', caption: 'Sunset' }],
};

export class CreateEntryDto extends createZodDto(
  z
    .strictObject({
      title: title.default(''),
      content: content.default(''),
      entry_type: entryType.default('text'),
      entry_date: entryDate.optional().describe('Default: today in the time zone of your profile.'),
      tag_ids: tagIds.default([]),
      photos: photos.default([]),
      voice_notes: voiceNotes.default([]),
      prompt_responses: promptResponses.default([]),
      is_favorite: z.boolean().default(false),
      mood_id: moodId.nullable().default(null),
    })
    .meta({ examples: [EXAMPLE] }),
) {}

export class UpdateEntryDto extends createZodDto(
  z
    .strictObject({
      title: title.nullable().optional().describe('Null empties it.'),
      content: content.nullable().optional().describe('Null empties it.'),
      entry_type: entryType.optional(),
      entry_date: entryDate.optional(),
      tag_ids: tagIds.nullable().optional(),
      photos: photos.nullable().optional(),
      voice_notes: voiceNotes.nullable().optional(),
      prompt_responses: promptResponses.nullable().optional(),
      is_favorite: z.boolean().optional(),
      mood_id: moodId.nullable().optional(),
    })
    .meta({ examples: [{ title: 'A better title', is_favorite: true }] }),
) {}

/** 29 February is a valid day too. */
const monthDay = z
  .string()
  .refine((day) => z.iso.date().safeParse(`2024-${day}`).success, 'must be a day such as 11-21');

export class ListEntriesQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    q: text(200)
      .min(1)
      .optional()
      .describe(
        'Words or their beginnings, from three characters; all of them. `"…"`: these words in this order.',
      ),
    date_from: givenDate.optional().describe('Inclusive.'),
    date_to: givenDate.optional().describe('Inclusive.'),
    is_favorite: queryBoolean.optional(),
    tag_id: z.uuid().optional(),
    entry_type: entryType.optional(),
    on_this_day: monthDay
      .optional()
      .describe('`MM-DD`: entries of that day in earlier years; `02-28` also those of 29 February.'),
  }),
) {}

const entrySchema = z.object({
  id: z.uuid(),
  title: z.string(),
  content: z.string(),
  entry_type: entryType,
  entry_date: z.iso.date(),
  tag_ids: z.array(z.uuid()),
  photos: z.array(z.object({ image_url: z.string(), caption: z.string() })),
  voice_notes: z.array(z.object({ audio_url: z.string(), duration_seconds: z.number() })),
  prompt_responses: z.array(z.object({ prompt_id: z.uuid(), response: z.string() })),
  is_favorite: z.boolean(),
  mood_id: z.uuid().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class EntryResponse extends createZodDto(entrySchema) {}
export class EntryPageResponse extends createZodDto(pageOf(entrySchema)) {}
export class StreaksResponse extends createZodDto(
  z
    .object({
      current_days: z.int().describe('Days in a row with an entry, up to today or yesterday.'),
      longest_days: z.int(),
    })
    .meta({ examples: [{ current_days: 3, longest_days: 12 }] }),
) {}
