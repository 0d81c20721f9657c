import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { storeCheck } from '../health/health.dto.js';
import { AGREEMENT_EXAMPLE, agreementMember } from './agreement.dto.js';

const AT = '2026-11-21T09:30:00.000Z';
const count = z.number().min(0);
/** Null while PostgreSQL does not answer. */
const unlessAway = count.nullable();

const backlog = z.object({
  pending: unlessAway.describe('An estimate above 5,000.'),
  oldest_age_seconds: unlessAway,
  dead_letters: unlessAway.describe('At most 10,000 are counted.'),
});

const sample = z.object({
  at: z.iso.datetime(),
  requests_per_second: count,
  errors_per_second: count.describe('Answers of 500 and above.'),
  p50_ms: unlessAway.describe('Null: there were no requests.'),
  p95_ms: unlessAway.describe('Null: there were no requests.'),
  hit_ratio: unlessAway.describe('Null: nothing was read through the cache.'),
});

const UP = { status: 'up', latency_ms: 0.4 } as const;
const NOTHING = { pending: 0, oldest_age_seconds: 0, dead_letters: 0 } as const;

const EXAMPLE = {
  ...{ at: AT, uptime_seconds: 42.5, memory_bytes: 150_000_000 },
  stores: { postgres: UP, mongodb: UP, redis: UP },
  pool: { active: 1, waiting: 0, max: 10 },
  http: {
    requests: 1_200,
    errors: 0,
    in_flight: 1,
    event_streams: 2,
    p50_ms: 1.2,
    p95_ms: 6.1,
    p99_ms: 12.4,
  },
  cache: { reads: 900, hits: 840, hit_ratio: 0.93, entries: 210, memory_bytes: 400_000, is_trusted: true },
  outbox: NOTHING,
  spool: NOTHING,
  jobs: { due: 0, lateness_seconds: 0, dead_letters: 0 },
  effects: { pending: 0, dead_letters: 0 },
  unreconciled: 0,
  agreement: AGREEMENT_EXAMPLE,
  traffic: [
    {
      ...{ at: AT, requests_per_second: 12.4, errors_per_second: 0, p50_ms: 1.1, p95_ms: 5.9 },
      hit_ratio: 0.95,
    },
  ],
} as const;

/** `GET admin/overview` */
export class OverviewResponse extends createZodDto(
  z
    .object({
      at: z.iso.datetime(),
      uptime_seconds: count.describe('Of the process that answers; its figures count from its start.'),
      memory_bytes: unlessAway,
      stores: z.object({ postgres: storeCheck, mongodb: storeCheck, redis: storeCheck }),
      pool: z.object({ active: unlessAway, waiting: unlessAway, max: unlessAway }),
      http: z.object({
        requests: count,
        errors: count.describe('Answers of 500 and above.'),
        in_flight: unlessAway,
        event_streams: unlessAway,
        p50_ms: unlessAway,
        p95_ms: unlessAway,
        p99_ms: unlessAway,
      }),
      cache: z.object({
        reads: count,
        hits: count,
        hit_ratio: unlessAway,
        entries: unlessAway,
        memory_bytes: unlessAway,
        is_trusted: z.boolean().describe('Whether entries are served; otherwise every read is loaded.'),
      }),
      outbox: backlog.describe('Events that MongoDB does not have yet; null while PostgreSQL is away.'),
      spool: backlog.describe('Documents that wait for MongoDB; null while PostgreSQL is away.'),
      jobs: z.object({
        due: unlessAway.describe('At most 5,000 of each job are counted.'),
        lateness_seconds: unlessAway,
        dead_letters: unlessAway.describe('At most 10,000 are counted.'),
      }),
      effects: z
        .object({ pending: unlessAway, dead_letters: unlessAway })
        .describe('What changes of documents still have to bring about; null while MongoDB is away.'),
      unreconciled: unlessAway.describe('Records that one store may lack.'),
      agreement: agreementMember
        .nullable()
        .describe('How far the stores agree; null while PostgreSQL is away.'),
      traffic: z
        .array(sample)
        .describe('Of this process, every 5 s of the last ten minutes, the oldest first.'),
    })
    .meta({ examples: [EXAMPLE] }),
) {}
