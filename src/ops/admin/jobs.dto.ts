import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const job = z.object({
  name: z.string(),
  last_run_at: z.iso.datetime().nullable().describe('When its last run ended; null before the first.'),
  last_outcome: z.enum(['succeeded', 'failed']).nullable(),
  next_run_at: z.iso.datetime().describe('The begin of the next period, or of the one that is running.'),
});

const JOB = {
  name: 'flags.stale',
  last_run_at: '2026-11-21T09:30:00.412Z',
  last_outcome: 'succeeded',
  next_run_at: '2026-11-21T10:30:00.000Z',
} as const;

/** `GET admin/jobs` */
export class JobsResponse extends createZodDto(
  z
    .object({ data: z.array(job).describe('Every periodic job of the service, by name.') })
    .meta({ examples: [{ data: [JOB] }] }),
) {}
