import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../../common/http/moment.js';

const change = z
  .record(z.string(), z.unknown())
  .describe('A merge patch (RFC 7396) of the environment: `{"enabled": true}`.');

export class ScheduleDto extends createZodDto(
  z.strictObject({ at: givenMoment.describe('A moment that has passed is due at once.'), change }).meta({
    examples: [{ at: '2026-12-01T08:00:00.000Z', change: { enabled: true, rollout_percentage: 25 } }],
  }),
) {}

export class ScheduleResponse extends createZodDto(
  z
    .object({
      at: z.iso.datetime(),
      change,
      actor_id: z.string().nullable(),
      created_at: z.iso.datetime(),
    })
    .meta({
      examples: [
        {
          at: '2026-12-01T08:00:00.000Z',
          change: { enabled: true },
          actor_id: '01981c7e-50aa-7d11-8e21-93b0a6f0c002',
          created_at: '2026-11-21T09:30:00.041Z',
        },
      ],
    }),
) {}
