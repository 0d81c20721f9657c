import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const status = z.enum(['healthy', 'degraded', 'unhealthy']);
export const storeCheck = z.object({
  status: z.enum(['up', 'down']),
  latency_ms: z.number().describe('How long the round trip took.'),
  mode: z
    .literal('in-process')
    .optional()
    .describe('No Redis is configured: the cache lives in this process.'),
  reason: z.string().optional().describe('It answers, and cannot be used: why. Reads then cost a query.'),
});
const UP = { status: 'up', latency_ms: 0.4 } as const;

/** `GET /health` */
export class HealthResponse extends createZodDto(
  z
    .object({
      status,
      layer: z.literal('8-polyglot-persistence'),
      databases: z.array(z.string()),
      checks: z.object({ postgres: storeCheck, mongodb: storeCheck, redis: storeCheck }),
    })
    .meta({
      examples: [
        {
          status: 'healthy',
          layer: '8-polyglot-persistence',
          databases: ['PostgreSQL', 'MongoDB', 'Redis'],
          checks: { postgres: UP, mongodb: UP, redis: UP },
        },
      ],
    }),
) {}

/** `GET /api/health` */
export class DualHealthResponse extends createZodDto(
  z
    .object({
      status,
      databases: z.object({ mongodb: z.boolean(), postgresql: z.boolean(), timestamp: z.iso.datetime() }),
      message: z.string(),
    })
    .meta({
      examples: [
        {
          status: 'healthy',
          databases: { mongodb: true, postgresql: true, timestamp: '2026-11-21T09:30:00.000Z' },
          message: 'All databases operational',
        },
      ],
    }),
) {}

const indicator = z.looseObject({ status: z.enum(['up', 'down']) });
const indicators = z.record(z.string(), indicator);

/** `GET /health/database`, as Terminus words it. */
export class DatabaseHealthResponse extends createZodDto(
  z
    .object({
      status: z.enum(['ok', 'error', 'shutting_down']),
      info: indicators,
      error: indicators,
      details: indicators,
    })
    .meta({
      examples: [
        {
          status: 'error',
          info: { postgres: { status: 'up' }, redis: { status: 'up' } },
          error: { mongodb: { status: 'down' } },
          details: { postgres: { status: 'up' }, redis: { status: 'up' }, mongodb: { status: 'down' } },
        },
      ],
    }),
) {}

/** `GET /health/live` */
export class LiveResponse extends createZodDto(
  z
    .object({ status: z.literal('live'), uptime_seconds: z.number() })
    .meta({ examples: [{ status: 'live', uptime_seconds: 42.5 }] }),
) {}

const storeState = z.enum(['up', 'down']);

/** `GET /health/ready` */
export class ReadyResponse extends createZodDto(
  z
    .object({
      status: z.enum(['ready', 'not_ready']),
      checks: z.object({
        postgres: storeState,
        mongodb: storeState,
        migrations: z
          .enum(['applied', 'pending', 'unknown'])
          .describe('unknown: PostgreSQL has not answered since this process started.'),
        unique_indexes: z
          .enum(['made', 'missing', 'unknown'])
          .describe('Of MongoDB. missing: one could not be made, because duplicates are there, say.'),
      }),
    })
    .meta({
      examples: [
        {
          status: 'ready',
          checks: { postgres: 'up', mongodb: 'up', migrations: 'applied', unique_indexes: 'made' },
        },
      ],
    }),
) {}
