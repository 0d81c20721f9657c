import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { FOCUS_STATES } from './focus-session-state.js';

const MAX_PLAN_SECONDS = 86_400;
const MAX_TICKS = 10_000;

const sessionType = z
  .string()
  .trim()
  .min(1)
  .max(50)
  .refine((text) => text.isWellFormed(), 'must be well-formed Unicode');
const state = z.enum(FOCUS_STATES);
const tick = z.strictObject({
  elapsed_seconds: z
    .int()
    .min(0)
    .max(2_147_483_647)
    .describe('What the client has counted so far. A value above the wall time less the pauses is clamped.'),
});

export class StartFocusSessionDto extends createZodDto(
  z
    .strictObject({
      session_type: sessionType.describe('`pomodoro`, `deep_work`, or any other.'),
      planned_duration_seconds: z.int().min(1).max(MAX_PLAN_SECONDS),
    })
    .meta({ examples: [{ session_type: 'pomodoro', planned_duration_seconds: 1_500 }] }),
) {}

export class FocusTicksDto extends createZodDto(
  z
    .strictObject({
      elapsed_seconds: tick.shape.elapsed_seconds.optional(),
      ticks: z.array(tick).min(1).max(MAX_TICKS).optional().describe('Several ticks, in any order.'),
    })
    .refine(({ elapsed_seconds: one, ticks }) => (one === undefined) !== (ticks === undefined), {
      path: ['elapsed_seconds'],
      message: 'give either elapsed_seconds or ticks',
    })
    .meta({
      examples: [{ elapsed_seconds: 60 }, { ticks: [{ elapsed_seconds: 61 }, { elapsed_seconds: 62 }] }],
    }),
) {}

export class CompleteFocusSessionDto extends createZodDto(
  z
    .strictObject({ productivity_rating: z.int().min(1).max(5) })
    .meta({ examples: [{ productivity_rating: 4 }] }),
) {}

export class ListFocusSessionsQuery extends createZodDto(
  z.strictObject({ ...pageQuery, state: state.optional() }),
) {}

const sessionSchema = z.object({
  id: z.uuid(),
  session_type: z.string(),
  planned_duration_seconds: z.int(),
  state,
  elapsed_seconds: z.int(),
  pauses: z.array(z.object({ started_at: z.iso.datetime(), ended_at: z.iso.datetime().nullable() })),
  productivity_rating: z.int().nullable(),
  started_at: z.iso.datetime(),
  last_tick_at: z.iso.datetime().nullable(),
  ended_at: z.iso.datetime().nullable(),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

export class FocusSessionResponse extends createZodDto(sessionSchema) {}
export class FocusSessionPage extends createZodDto(pageOf(sessionSchema)) {}
export class FocusTicksResponse extends createZodDto(
  z.object({
    id: z.uuid(),
    accepted_seconds: z.int().describe('The greatest of these ticks, clamped.'),
  }),
) {}
