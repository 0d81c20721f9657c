import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { wholeNumberOr } from '../../common/http/whole-number.js';
import { givenTimeZone } from '../../common/http/time-zone.js';
import { parseDurationMs } from '../../common/time/duration.js';
import { eventName } from './analytics.dto.js';
import { INTERVALS } from './calendar-buckets.js';

const FROM = '2026-11-21T00:00:00.000Z';
const range = {
  from: givenMoment.optional().describe('From this moment on.'),
  to: givenMoment.optional().describe('Before this moment; now, if it is left out.'),
};

const PROPERTY = /^properties(?:\.[^.$\s][^.]{0,99}){1,4}$/;

export class SeriesQuery extends createZodDto(
  z.strictObject({
    ...range,
    event_name: eventName.optional().describe('All events, if it is left out.'),
    interval: z.enum(INTERVALS).default('day'),
    tz: givenTimeZone.default('UTC'),
    measure: z.enum(['count', 'users']).default('count'),
    group_by: z
      .string()
      .regex(PROPERTY, 'must be properties.<name>')
      .optional()
      .describe('The ten largest groups, and `$other`.'),
  }),
) {}

export class TopQuery extends createZodDto(
  z.strictObject({
    ...range,
    limit: wholeNumberOr(10, 1, 100),
  }),
) {}

const duration = z.string().transform((text, context) => {
  const ms = parseDurationMs(text);
  if (ms === null || ms <= 0)
    context.addIssue({ code: 'custom', message: 'must be a duration such as 30m, 24h or 7d' });
  return ms ?? 0;
});

export class FunnelQuery extends createZodDto(
  z.strictObject({
    ...range,
    steps: z
      .string()
      .transform((text) => text.split(','))
      .pipe(z.array(eventName).min(2).max(10))
      .describe('2 to 10 names of events, with commas between them.'),
    window: z.string().default('24h').pipe(duration).describe('From the first step to the last: `s m h d`.'),
  }),
) {}

export class SeriesResponse extends createZodDto(
  z
    .object({
      interval: z.enum(INTERVALS),
      tz: z.string(),
      measure: z.enum(['count', 'users']),
      series: z.array(
        z.object({
          group: z.string().nullable(),
          points: z.array(z.object({ start: z.iso.datetime(), value: z.number().int() })),
        }),
      ),
    })
    .meta({
      examples: [
        {
          interval: 'day',
          tz: 'Europe/Berlin',
          measure: 'count',
          series: [{ group: null, points: [{ start: '2026-11-20T23:00:00.000Z', value: 12 }] }],
        },
      ],
    }),
) {}

export class TopResponse extends createZodDto(
  z
    .object({
      data: z.array(z.object({ event_name: z.string(), count: z.number().int(), users: z.number().int() })),
    })
    .meta({ examples: [{ data: [{ event_name: 'page_view', count: 120, users: 17 }] }] }),
) {}

export class FunnelResponse extends createZodDto(
  z
    .object({
      steps: z.array(
        z.object({
          event_name: z.string(),
          count: z.number().int().describe('Persons who came here.'),
          conversion: z.number().describe('Of those who began, 0 to 1.'),
          median_seconds: z.number().nullable().describe('From the step before; null for the first.'),
        }),
      ),
    })
    .meta({
      examples: [
        {
          steps: [
            { event_name: 'Signed Up', count: 10, conversion: 1, median_seconds: null },
            { event_name: 'Order Completed', count: 4, conversion: 0.4, median_seconds: 840 },
          ],
        },
      ],
    }),
) {}

const minute = z.object({ start: z.iso.datetime(), count: z.number().int() });

export class LastHourResponse extends createZodDto(
  z
    .object({
      minutes: z.array(minute).describe('The last 60, the oldest first.'),
      users: z.number().int().describe('Persons of that hour; from Redis within about one per cent.'),
      trending: z.array(z.object({ event_name: z.string(), count: z.number().int() })),
      source: z.enum(['redis', 'mongodb']),
    })
    .meta({
      examples: [
        {
          minutes: [{ start: FROM, count: 3 }],
          users: 2,
          trending: [{ event_name: 'page_view', count: 3 }],
          source: 'redis',
        },
      ],
    }),
) {}
