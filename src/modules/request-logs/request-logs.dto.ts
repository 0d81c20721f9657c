import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { wholeNumber } from '../../common/http/whole-number.js';
import { canonicalId } from '../../common/ids/ids.js';
import { LEVELS } from './request-log.js';

const range = {
  from: givenMoment.optional().describe('Answered at this moment or later.'),
  to: givenMoment.optional().describe('Answered before this moment.'),
};

export class ListRequestLogsQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    ...range,
    level: z.enum(LEVELS).optional(),
    endpoint: z.string().min(1).max(500).optional().describe("The route's pattern: `/api/v1/users/{id}`."),
    method: z
      .string()
      .regex(/^[A-Za-z]{1,20}$/, 'must be a method of HTTP')
      .toUpperCase()
      .optional(),
    user_id: z.string().min(1).max(255).overwrite(canonicalId).optional(),
    status: wholeNumber(100, 599).optional(),
  }),
) {}

export class RequestLogsSummaryQuery extends createZodDto(
  z.strictObject({
    from: range.from.describe('24 hours before `to`, if it is left out; seven days at the most.'),
    to: range.to.describe('Now, if it is left out.'),
  }),
) {}

const LOG = {
  id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  timestamp: '2026-11-21T09:30:00.041Z',
  level: 'info',
  user_id: '01981c7e-50aa-7d11-8e21-93b0a6f0c002',
  api_key_id: null,
  endpoint: '/api/v1/users/{id}',
  method: 'GET',
  status: 200,
  duration_ms: 1.25,
  request_id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a12',
} as const;

const logSchema = z
  .object({
    id: z.uuid(),
    timestamp: z.iso.datetime(),
    level: z.enum(LEVELS).describe('`warn` from 400, `error` from 500.'),
    user_id: z.string().nullable(),
    api_key_id: z.string().nullable(),
    endpoint: z.string(),
    method: z.string(),
    status: z.number().int(),
    duration_ms: z.number(),
    request_id: z.string(),
  })
  .meta({ examples: [LOG] });

export class RequestLogResponse extends createZodDto(logSchema) {}
export class RequestLogPage extends createZodDto(pageOf(logSchema)) {}

export class RequestLogsSummary extends createZodDto(
  z
    .object({
      data: z.array(
        z.object({
          endpoint: z.string(),
          method: z.string(),
          count: z.number().int(),
          warnings: z.number().int(),
          errors: z.number().int(),
          p50_ms: z.number(),
          p95_ms: z.number(),
          p99_ms: z.number(),
        }),
      ),
    })
    .meta({
      examples: [
        {
          data: [
            {
              endpoint: LOG.endpoint,
              method: LOG.method,
              ...{ count: 120, warnings: 2, errors: 0, p50_ms: 1.2, p95_ms: 3.4, p99_ms: 8.1 },
            },
          ],
        },
      ],
    }),
) {}
