import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { queryBoolean } from '../../common/http/query-boolean.js';
import { featureSchema } from './flag.dto.js';
import { CHANGE_KINDS } from './flag-change.js';
import { FLAG_TYPES } from './flag-config.js';

export class ListFeaturesQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    tag: z.string().max(200).optional(),
    owner: z.string().max(200).optional(),
    flag_type: z.enum(FLAG_TYPES).optional(),
    stale: queryBoolean.optional(),
    archived: queryBoolean.optional().describe('Default: both.'),
  }),
) {}

export class FeatureResponse extends createZodDto(featureSchema) {}
export class FeaturePage extends createZodDto(pageOf(featureSchema)) {}

export class ListVersionsQuery extends createZodDto(z.strictObject(pageQuery)) {}

const versionSchema = z.object({
  version: z.number().int(),
  kind: z.enum(CHANGE_KINDS),
  at: z.iso.datetime(),
  actor_id: z.string().nullable().describe('The account; null: the service itself, by a schedule.'),
  api_key_id: z.string().nullable(),
  patch: z
    .array(z.looseObject({ op: z.string(), path: z.string() }))
    .describe('From the version before to this one (RFC 6902).'),
});

export class FeatureVersionResponse extends createZodDto(versionSchema) {}
export class FeatureVersionPage extends createZodDto(pageOf(versionSchema)) {}

export class RollbackFeatureDto extends createZodDto(
  z.strictObject({ version: z.number().int().min(1) }).meta({ examples: [{ version: 1 }] }),
) {}

const answerSchema = z.object({
  value: z.unknown().describe('Of the type of the flag.'),
  variant: z.string().nullable(),
  reason: z.enum(['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED']),
  metadata: z.object({
    version: z.number().int(),
    payload: z.object({ type: z.string(), value: z.string() }).optional().describe('Of the variant.'),
    stale: z.literal(true).optional().describe('The stores are away: this is the last that is known.'),
  }),
});

export class EvaluateDto extends createZodDto(
  z
    .strictObject({
      environment: z.string().min(1).max(100).optional().describe('Default: the one of your API key.'),
      context: z.record(z.string(), z.unknown()).default({}),
      keys: z.array(z.string().max(200)).max(1_000).optional().describe('Default: all flags.'),
    })
    .meta({
      examples: [
        {
          environment: 'production',
          context: { userId: 'ada', properties: { plan: 'pro' } },
          keys: ['new_dashboard'],
        },
      ],
    }),
) {}

export class EvaluationResponse extends createZodDto(
  z.object({ flags: z.record(z.string(), answerSchema) }).meta({
    examples: [
      {
        flags: {
          new_dashboard: { value: true, variant: null, reason: 'SPLIT', metadata: { version: 3 } },
        },
      },
    ],
  }),
) {}
