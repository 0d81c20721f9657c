import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../../common/http/moment.js';
import { pageOf, pageQuery } from '../../../common/http/page.js';
import { environmentName } from '../../../common/http/environment-name.js';
import { STALE_REASONS } from '../stale/stale-reasons.js';

export class MetricsQuery extends createZodDto(
  z.strictObject({
    environment: environmentName.optional(),
    from: givenMoment.optional().describe('Hours from this moment on; default: two days before `to`.'),
    to: givenMoment.optional().describe('Hours before this moment; default: now.'),
  }),
) {}

const hourly = z.object({
  environment: z.string(),
  hour: z.iso.datetime().describe('Its beginning, in UTC.'),
  yes: z.number().int(),
  no: z.number().int(),
  variants: z.record(z.string(), z.number().int()),
});

export class MetricsResponse extends createZodDto(
  z.object({ data: z.array(hourly) }).meta({
    examples: [
      {
        data: [
          {
            environment: 'production',
            hour: '2026-11-21T09:00:00.000Z',
            yes: 812,
            no: 94,
            variants: { red: 401, blue: 411 },
          },
        ],
      },
    ],
  }),
) {}

export class ListStaleQuery extends createZodDto(z.strictObject(pageQuery)) {}

const staleFlag = z.object({
  key: z.string(),
  name: z.string(),
  owner: z.string().nullable(),
  reasons: z.array(z.enum(STALE_REASONS)),
  last_seen_at: z.iso.datetime().nullable().describe('The last hour of the last 30 days; null: none.'),
  created_at: z.iso.datetime(),
});

export class StalePage extends createZodDto(pageOf(staleFlag)) {}
export type StaleFlagResponse = z.output<typeof staleFlag>;
