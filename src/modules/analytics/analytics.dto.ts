import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { canonicalId } from '../../common/ids/ids.js';
import { activityPayload } from '../activity/activity-payload.js';
import { OUTBOX_MESSAGE_PREFIX } from './analytics-event.js';

const text = z.string().min(1).max(255);
const anyId = text.overwrite(canonicalId);

export const eventName = z
  .string()
  .min(1)
  .max(200)
  // eslint-disable-next-line no-control-regex
  .regex(/^[^\u0000-\u001f\u007f]*$/, 'must have no control characters');

const messageId = text.refine(
  (id) => !id.startsWith(OUTBOX_MESSAGE_PREFIX),
  `must not begin with ${OUTBOX_MESSAGE_PREFIX}`,
);

const EVENT = {
  id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  event_name: 'Order Completed',
  event_category: 'shop',
  user_id: 'user-42',
  anonymous_id: null,
  properties: { plan: 'pro', total: '99.90' },
  message_id: 'order-1001',
  timestamp: '2026-11-21T09:30:00.000Z',
  received_at: '2026-11-21T09:30:00.041Z',
} as const;

const RECORDED = {
  event_name: EVENT.event_name,
  event_category: EVENT.event_category,
  user_id: EVENT.user_id,
  properties: EVENT.properties,
  message_id: EVENT.message_id,
};

export class RecordEventDto extends createZodDto(
  z
    .strictObject({
      event_name: eventName,
      event_category: z.string().min(1).max(100).nullish(),
      user_id: anyId.nullish().describe('The person, as you name them.'),
      anonymous_id: text.nullish().describe('The person before you know them.'),
      properties: activityPayload.default({}),
      timestamp: givenMoment.optional().describe('When it happened; now, if it is left out.'),
      message_id: messageId
        .optional()
        .describe('Your name for the event: of several with the same one, one is stored.'),
    })
    .meta({ examples: [RECORDED] }),
) {
  static readonly opaque = ['properties'];
}

export const MAX_BATCH = 1_000;

export class RecordEventBatchDto extends createZodDto(
  z
    .strictObject({
      events: z
        .array(z.unknown())
        .min(1)
        .max(MAX_BATCH)
        .describe('Each as the body of `POST /api/v1/analytics/events`, and taken as if it came alone.'),
    })
    .meta({ examples: [{ events: [RECORDED, { event_name: '' }] }] }),
) {
  static readonly opaque = ['events'];
}

export class ListEventsQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    event_name: eventName.optional(),
    user_id: anyId.optional(),
    message_id: text.optional(),
    from: givenMoment.optional().describe('Happened at this moment or later.'),
    to: givenMoment.optional().describe('Happened before this moment.'),
  }),
) {}

const eventSchema = z
  .object({
    id: z.uuid(),
    event_name: z.string(),
    event_category: z.string().nullable(),
    user_id: z.string().nullable(),
    anonymous_id: z.string().nullable(),
    properties: z.record(z.string(), z.unknown()),
    message_id: z.string(),
    timestamp: z.iso.datetime(),
    received_at: z.iso.datetime(),
  })
  .meta({ examples: [EVENT] });

export class EventResponse extends createZodDto(eventSchema) {}
export class EventPage extends createZodDto(pageOf(eventSchema)) {}

const outcomeSchema = z.object({
  index: z.number().int().nonnegative().describe('The place of the event in the request.'),
  status: z
    .union([z.literal(200), z.literal(201), z.literal(202), z.literal(422), z.literal(500)])
    .describe(
      '201: stored. 200: the same `message_id` was stored before. 202: durable, and stored as soon as its store is back. ' +
        '422: refused, see `errors`. 500: not stored; repeat this one.',
    ),
  id: z.uuid().optional().describe('The id of the stored event.'),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});
export type EventOutcome = z.infer<typeof outcomeSchema>;

export class EventBatchResponse extends createZodDto(
  z.object({ outcomes: z.array(outcomeSchema) }).meta({
    examples: [
      {
        outcomes: [
          { index: 0, status: 201, id: EVENT.id },
          {
            index: 1,
            status: 422,
            errors: [{ path: 'event_name', code: 'too_small', message: 'Too small' }],
          },
        ],
      },
    ],
  }),
) {}
