import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { DEAD_LETTER_SOURCES } from '../../flows/dead-letters/dead-letter.js';

const ID = '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11';
const count = z.number().int().min(0);

const source = z
  .enum(DEAD_LETTER_SOURCES)
  .describe(
    "`outbox`: an event of PostgreSQL's records; `spool`: a document that was accepted while MongoDB was away; `scheduler`: a job that was due.",
  );

const deadLetter = z.object({
  id: z
    .uuid()
    .describe(
      "The event's id, and that of the activity entry it would have; or the document's, or the job's.",
    ),
  source,
  type: z.string().describe("The event's type, the document's collection, or the job's name."),
  aggregate: z
    .string()
    .describe(
      'The record whose later events have gone on without it; of a document, what it keeps its order in; of a job, its key.',
    ),
  organization_id: z.uuid(),
  attempts: count,
  last_error: z.string().nullable(),
  recorded_at: z.iso.datetime(),
  dead_at: z.iso.datetime(),
});

const LETTER = {
  id: ID,
  source: 'outbox',
  type: 'user.updated',
  aggregate: 'user:01981c7e-4f10-7c33-8a55-5c1f2c7be001',
  organization_id: '01981c7e-4f10-7c33-8a55-5c1f2c7be002',
  attempts: 8,
  last_error: 'E11000 duplicate key error',
  recorded_at: '2026-11-21T09:30:00.000Z',
  dead_at: '2026-11-21T09:30:31.204Z',
} as const;

/** `GET admin/outbox` */
export class OutboxResponse extends createZodDto(
  z
    .object({
      pending: count.describe(
        'Events that MongoDB does not have yet, dead letters excepted; an estimate above 5,000.',
      ),
      oldest_age_seconds: z.number().min(0).describe('How long the oldest of them waits; 0 without one.'),
      dead_letters: count.describe('At most 10,000 are counted.'),
      by_state: z
        .object({
          ready: count.describe('May be delivered now.'),
          leased: count.describe('Being delivered by some process.'),
          backing_off: count.describe('Waiting for their next attempt.'),
          untold_cache: count.describe(
            'In MongoDB; the cache could not be told yet. Found among the oldest 10,000 events that the cache was not told.',
          ),
          dead: count.describe('At most 10,000 are counted.'),
        })
        .describe('`ready`, `leased` and `backing_off` are estimates if more than 5,000 wait.'),
    })
    .meta({
      examples: [
        {
          ...{ pending: 3, oldest_age_seconds: 0.412, dead_letters: 1 },
          by_state: { ready: 0, leased: 2, backing_off: 1, untold_cache: 0, dead: 1 },
        },
      ],
    }),
) {}

export class ListDeadLettersQuery extends createZodDto(
  z.strictObject({ ...pageQuery, source: source.optional() }),
) {}

export class DeadLetterResponse extends createZodDto(deadLetter.meta({ examples: [LETTER] })) {}
export class DeadLetterPage extends createZodDto(pageOf(deadLetter.meta({ examples: [LETTER] }))) {}

/** `GET admin/dead-letters/{id}` */
export class DeadLetterDetailResponse extends createZodDto(
  deadLetter
    .extend({
      actor_id: z.uuid().nullable(),
      api_key_id: z.uuid().nullable(),
      user_id: z.string().nullable().describe('Whom it is about.'),
      payload: z.record(z.string(), z.unknown()).describe("The event's or the job's, or the whole document."),
    })
    .meta({
      examples: [
        { ...LETTER, actor_id: ID, api_key_id: null, user_id: ID, payload: { changed: ['avatar'] } },
      ],
    }),
) {}

/** `POST admin/dead-letters/{id}/retry` */
export class RetriedResponse extends createZodDto(
  z.object({ id: z.uuid(), state: z.literal('queued') }).meta({ examples: [{ id: ID, state: 'queued' }] }),
) {}
