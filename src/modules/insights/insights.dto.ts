import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const average = z.number().nullable().describe('To two decimals; null without moods.');

export class CalendarQuery extends createZodDto(
  z.strictObject({
    month: z
      .string()
      .regex(/^(?!0000)\d{4}-(?:0[1-9]|1[0-2])$/, 'must be a month such as 2026-11')
      .describe('`2026-11`'),
  }),
) {}

export class InsightsResponse extends createZodDto(
  z.object({
    entries: z.int(),
    words: z.int(),
    moods: z.int(),
    average_intensity: average,
    focus_sessions: z.int().describe('Those that have ended.'),
    focus_seconds: z.int(),
    current_streak_days: z.int().describe('Days in a row with an entry, up to today or yesterday.'),
    longest_streak_days: z.int(),
    best_hours: z
      .array(z.int().min(0).max(23))
      .describe('Up to three hours of the day in which most focus time began, the best first.'),
  }),
) {}

export class CalendarResponse extends createZodDto(
  z.object({
    data: z.array(
      z.object({
        date: z.iso.date(),
        entries: z.int(),
        moods: z.int(),
        average_intensity: average,
        focus_seconds: z.int(),
      }),
    ),
  }),
) {}
