import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const ID = '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11';
const count = z.number().int().min(0);
const status = z.enum(['running', 'done', 'failed']);

const checkReport = z.object({
  name: z.string(),
  compared: count.describe('Records that were looked at.'),
  missing: count,
  extra: count,
  different: count,
  repaired: count,
  seconds: z.number(),
});

const REPORT = {
  ...{
    name: 'outbox-activity',
    compared: 1_000_000,
    missing: 1,
    extra: 0,
    different: 2,
    repaired: 3,
    seconds: 14.2,
  },
} as const;

export class StartVerifyDto extends createZodDto(
  z
    .strictObject({
      only: z
        .array(z.string().min(1).max(64))
        .min(1)
        .max(32)
        .optional()
        .describe('Names of checks; all, if left out.'),
      repair: z.boolean().default(false).describe('Repair what differs, then compare again.'),
    })
    .meta({ examples: [{ only: ['outbox-activity'], repair: true }] }),
) {}

/** `POST admin/verify` */
export class VerifyStartedResponse extends createZodDto(
  z.object({ id: z.uuid(), status }).meta({ examples: [{ id: ID, status: 'running' }] }),
) {}

/** `GET admin/verify/{id}` */
export class VerifyRunResponse extends createZodDto(
  z
    .object({
      id: z.uuid(),
      status,
      ok: z.boolean().nullable().describe('Nothing differs, or not any more; null until it is done.'),
      repair: z.boolean(),
      checks: z.array(checkReport).describe('So far, while it is running.'),
      remaining: count.nullable().describe('What still differs after the repairs.'),
      failure: z.string().nullable().describe('Why nothing could be found out.'),
      started_at: z.iso.datetime(),
      finished_at: z.iso.datetime().nullable(),
    })
    .meta({
      examples: [
        {
          ...{
            id: ID,
            status: 'done',
            ok: true,
            repair: true,
            checks: [REPORT],
            remaining: 0,
            failure: null,
          },
          ...{ started_at: '2026-11-21T09:30:00.000Z', finished_at: '2026-11-21T09:30:41.120Z' },
        },
      ],
    }),
) {}
