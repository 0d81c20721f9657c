import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenDate } from '../../common/http/calendar-date.js';
import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';
import { TREND_INTERVALS } from './trend-periods.js';

const MAX_FACTORS = 20;

const factorValue = z.union([visibleText(100), z.number(), z.boolean()]);
const factors = z
  .array(z.strictObject({ name: visibleText(64), value: factorValue }))
  .max(MAX_FACTORS)
  .describe('What the mood may have had to do with; each name with any text, number or boolean.');
const intensity = z.int().min(1).max(10);
const note = z
  .string()
  .max(10_000)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode')
  .nullable()
  .describe('Encrypted at rest.');
const recordedAt = givenMoment.describe('Now, where it is left out.');

const MOOD = {
  category_id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  intensity: 8,
  factors: [{ name: 'Sleep', value: 'good' }],
  note: 'A walk by the river.',
} as const;

export class CreateMoodDto extends createZodDto(
  z
    .strictObject({
      category_id: z.uuid(),
      intensity,
      factors: factors.default([]),
      note: note.default(null),
      recorded_at: recordedAt.optional(),
    })
    .meta({ examples: [MOOD] }),
) {}

export class UpdateMoodDto extends createZodDto(
  z
    .strictObject({
      category_id: z.uuid().optional(),
      intensity: intensity.optional(),
      factors: factors.optional(),
      note: note.optional(),
      recorded_at: recordedAt.optional(),
    })
    .meta({ examples: [{ intensity: 7, note: null }] }),
) {}

const range = {
  date_from: givenDate.optional().describe('From this day on, in the time zone of your profile.'),
  date_to: givenDate.optional().describe('To the end of this day.'),
};

export class ListMoodsQuery extends createZodDto(z.strictObject({ ...pageQuery, ...range })) {}

export class TrendsQuery extends createZodDto(
  z.strictObject({
    ...range,
    interval: z.enum(TREND_INTERVALS).default('day').describe('Weeks begin on Monday.'),
  }),
) {}

const answeredValue = z.union([z.string(), z.number(), z.boolean()]).meta({ examples: ['good'] });

const moodSchema = z.object({
  id: z.uuid(),
  category_id: z.uuid().nullable().describe('Null where the category was lost.'),
  intensity: z.int(),
  factors: z.array(z.object({ name: z.string(), value: answeredValue })),
  note: z.string().nullable(),
  recorded_at: z.iso.datetime(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const average = z.number().describe('To two decimals.');

export class MoodResponse extends createZodDto(moodSchema) {}
export class MoodPage extends createZodDto(pageOf(moodSchema)) {}
export class TrendsResponse extends createZodDto(
  z.object({
    data: z
      .array(
        z.object({
          start: z.iso.datetime().describe('The moment at which the day or week begins.'),
          average_intensity: average.nullable().describe('Null where there is no mood.'),
          count: z.int(),
        }),
      )
      .describe('Every day or week of the range.'),
    factors: z
      .array(
        z.object({
          name: z.string(),
          value: answeredValue,
          average_intensity: average,
          count: z.int(),
        }),
      )
      .describe(
        'By the average intensity of the moods that have them, highest first: the ten highest and the ten lowest.',
      ),
  }),
) {}
