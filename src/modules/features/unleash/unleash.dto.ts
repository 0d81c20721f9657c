import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const anyRecord = z.record(z.string(), z.unknown());
const MAX_FLAGS = 5_000;
const count = z.number().int().min(0).default(0);

const toggle = z.object({
  yes: count,
  no: count,
  variants: z.record(z.string().max(200), count).nullish(),
});

const bucket = z.object({
  start: z.coerce.date(),
  toggles: z
    .record(z.string().min(1).max(200), toggle)
    .refine(
      (toggles) => Object.keys(toggles).length <= MAX_FLAGS,
      `must not name more than ${MAX_FLAGS} flags`,
    ),
});

/** Parses the body. `SdkMetricsDto` documents it, because a schema that changes its input has no examples. */
export const sdkMetrics = z.object({ bucket: bucket.nullish() });

export class SdkMetricsDto extends createZodDto(
  z.looseObject({ appName: z.string().optional(), bucket: anyRecord.nullish() }).meta({
    examples: [
      {
        appName: 'shop',
        instanceId: 'shop-1',
        bucket: {
          start: '2026-11-21T09:00:00.000Z',
          stop: '2026-11-21T09:01:00.000Z',
          toggles: { new_dashboard: { yes: 12, no: 3, variants: { red: 12 } } },
        },
      },
    ],
  }),
) {}

export class RegisterDto extends createZodDto(
  z
    .looseObject({})
    .describe('What an SDK says of itself; it is taken and not kept.')
    .meta({
      examples: [{ appName: 'shop', instanceId: 'shop-1', strategies: ['default'], interval: 60_000 }],
    }),
) {}

export class FrontendContextDto extends createZodDto(
  z
    .looseObject({ context: anyRecord.optional() })
    .meta({ examples: [{ context: { userId: 'ada', properties: { plan: 'pro' } } }] }),
) {}

const variant = z.object({
  name: z.string(),
  enabled: z.boolean(),
  feature_enabled: z.boolean(),
  featureEnabled: z.boolean(),
  payload: z.object({ type: z.string(), value: z.string() }).optional(),
});

const frontendToggle = z.object({
  name: z.string(),
  enabled: z.boolean(),
  impressionData: z.boolean(),
  variant,
});

export type FrontendToggle = z.output<typeof frontendToggle>;

export class FrontendResponse extends createZodDto(
  z.object({ toggles: z.array(frontendToggle) }).meta({
    examples: [
      {
        toggles: [
          {
            name: 'new_dashboard',
            enabled: true,
            impressionData: false,
            variant: { name: 'disabled', enabled: false, feature_enabled: true, featureEnabled: true },
          },
        ],
      },
    ],
  }),
) {}

export class ClientFeaturesResponse extends createZodDto(
  z
    .object({
      version: z.number().int(),
      features: z.array(anyRecord),
      segments: z.array(anyRecord),
      query: anyRecord,
    })
    .meta({
      examples: [
        {
          version: 2,
          features: [
            { name: 'new_dashboard', enabled: true, strategies: [{ name: 'default' }], variants: [] },
          ],
          segments: [],
          query: { environment: 'production' },
        },
      ],
    }),
) {}
