import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { canonicalId } from '../../common/ids/ids.js';
import { activityPayload } from './activity-payload.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,99}$/;
const NAME_RULE =
  'must be 1 to 100 letters, digits, dots, colons, hyphens or underscores, a letter or digit first';

const eventType = z.string().regex(NAME, NAME_RULE);
const resourceType = z.string().regex(NAME, NAME_RULE);
const text = z.string().min(1).max(255);
/**
 * A text that is no id of ours stays as it is. Ids are lower-cased, so that an erasure does not have to search every
 * mixture of cases.
 */
const anyId = text.overwrite(canonicalId);

const ENTRY = {
  id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  organization_id: '01981c7e-4f10-7c33-8a55-5c1f2c7be001',
  event_type: 'page_view',
  user_id: 'user-uuid-here',
  user_email: null,
  actor_id: '01981c7e-50aa-7d11-8e21-93b0a6f0c002',
  api_key_id: null,
  resource_type: null,
  resource_id: null,
  payload: { page: '/dashboard', duration_ms: 1500 },
  source: 'api',
  occurred_at: '2026-11-21T09:30:00.000Z',
  recorded_at: '2026-11-21T09:30:00.041Z',
} as const;

const RECORDED = { user_id: 'user-uuid-here', event_type: 'page_view', payload: ENTRY.payload };

export class RecordActivityDto extends createZodDto(
  z
    .strictObject({
      event_type: eventType.describe('What happened.'),
      user_id: anyId
        .optional()
        .describe('Whom it is about: an account of the organisation, or any text of yours.'),
      resource_type: resourceType.optional(),
      resource_id: text.optional(),
      payload: activityPayload.default({}),
      occurred_at: givenMoment.optional().describe('When it happened; now, if it is left out.'),
    })
    .meta({ examples: [RECORDED] }),
) {
  static readonly opaque = ['payload'];
}

export const MAX_BATCH = 1_000;

export class RecordActivityBatchDto extends createZodDto(
  z
    .strictObject({
      entries: z
        .array(z.unknown())
        .min(1)
        .max(MAX_BATCH)
        .describe(
          'Each as the body of `POST /api/v1/activity`, and accepted or refused as if it came alone.',
        ),
    })
    .meta({ examples: [{ entries: [RECORDED, { event_type: 'page view' }] }] }),
) {
  static readonly opaque = ['entries'];
}

const filters = {
  user_id: anyId.optional(),
  event_type: eventType.optional(),
  resource_type: resourceType.optional(),
  resource_id: text.optional(),
  actor_id: anyId.optional().describe('The account that did it.'),
  api_key_id: anyId.optional().describe('The API key that did it.'),
  from: givenMoment.optional().describe('Occurred at this moment or later.'),
  to: givenMoment.optional().describe('Occurred before this moment.'),
};

export class ListActivityQuery extends createZodDto(z.strictObject({ ...pageQuery, ...filters })) {}
export class ExportActivityQuery extends createZodDto(z.strictObject(filters)) {}

const activitySchema = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid(),
    event_type: z.string(),
    user_id: z.string().nullable(),
    user_email: z.string().nullable().describe('Null where the user is no account here, or was deleted.'),
    actor_id: z.string().nullable(),
    api_key_id: z.string().nullable(),
    resource_type: z.string().nullable(),
    resource_id: z.string().nullable(),
    payload: z.record(z.string(), z.unknown()),
    source: z
      .enum(['outbox', 'effect', 'api'])
      .describe('`outbox`, `effect`: written by the service for a change of a record.'),
    occurred_at: z.iso.datetime(),
    recorded_at: z.iso.datetime(),
  })
  .meta({ examples: [ENTRY] });

/** The columns of an export as CSV. Their order must never change. */
export const EXPORT_COLUMNS = Object.keys(activitySchema.shape);

export class ActivityResponse extends createZodDto(activitySchema) {}
export class ActivityPage extends createZodDto(pageOf(activitySchema)) {}

const outcomeSchema = z.object({
  index: z.number().int().nonnegative().describe('The place of the entry in the request.'),
  status: z
    .union([z.literal(201), z.literal(202), z.literal(422), z.literal(500)])
    .describe(
      '201: in the log. 202: durable, and in the log as soon as its store is back. 422: refused, see `errors`. ' +
        '500: not recorded; repeat this one.',
    ),
  id: z.uuid().optional().describe('The id of the entry that it became.'),
  errors: z.array(z.object({ path: z.string(), code: z.string(), message: z.string() })).optional(),
});
export type ActivityOutcome = z.infer<typeof outcomeSchema>;

export class ActivityBatchResponse extends createZodDto(
  z.object({ outcomes: z.array(outcomeSchema) }).meta({
    examples: [
      {
        outcomes: [
          { index: 0, status: 201, id: ENTRY.id },
          {
            index: 1,
            status: 422,
            errors: [{ path: 'event_type', code: 'invalid_format', message: NAME_RULE }],
          },
        ],
      },
    ],
  }),
) {}
