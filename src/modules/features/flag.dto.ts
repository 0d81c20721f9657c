import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { visibleText } from '../../common/http/visible-text.js';
import { environmentName } from '../../common/http/environment-name.js';
import { FLAG_TYPES } from './flag-config.js';
import { flagValue } from './flag-value.js';

export const flagKey = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[^\0]*$/, 'must not hold a null character')
  .describe('Unique in the organisation; any text.');
const text = z.string().max(2_000);
const word = z.string().min(1).max(200);

const percentage = z.number().int('must be a whole number').min(0).max(100);

/** No transformation, because a schema that changes its input has no examples in the OpenAPI document. */
const textual = z
  .union([z.string().max(100_000), z.number(), z.boolean()])
  .describe('A text, as Unleash has it; a number or a boolean becomes one.');

export const constraint = z.strictObject({
  contextName: word.describe('The field of the context.'),
  operator: z.string().max(60),
  values: z.array(z.string().max(1_000)).max(10_000).optional(),
  value: textual.optional(),
  inverted: z.boolean().optional(),
  caseInsensitive: z.boolean().optional(),
});

const variant = z.strictObject({
  name: word,
  weight: z.number().int().min(0).max(1_000),
  weightType: z.enum(['fix', 'variable']).optional(),
  stickiness: word.optional(),
  payload: z
    .strictObject({ type: z.enum(['string', 'number', 'json', 'csv']), value: z.string().max(100_000) })
    .optional(),
  overrides: z
    .array(z.strictObject({ contextName: word, values: z.array(z.string().max(1_000)).max(10_000) }))
    .max(100)
    .optional(),
});

const strategy = z.strictObject({
  name: word,
  title: text.optional(),
  disabled: z.boolean().optional(),
  sortOrder: z.number().int().optional(),
  parameters: z.record(word, textual).optional(),
  constraints: z.array(constraint).max(200).optional(),
  segments: z.array(z.number().int()).max(200).optional().describe('Ids of segments: all must be met.'),
  variants: z.array(variant).max(100).optional(),
});

export const environmentShape = z.strictObject({
  enabled: z.boolean(),
  value: flagValue
    .optional()
    .describe('The answer where the flag is on; default `true`, or the default value.'),
  rollout_percentage: percentage.nullable().default(null),
  strategies: z.array(strategy).max(100).default([]).describe('One that fits is enough.'),
  variants: z.array(variant).max(100).default([]),
});

const parent = z.strictObject({
  key: flagKey,
  enabled: z.boolean().optional().describe('Default true: the parent must be on.'),
  variants: z.array(word).max(100).optional(),
});

export const flagShape = {
  name: visibleText(200),
  description: text.nullable().default(null),
  flag_type: z.enum(FLAG_TYPES),
  default_value: flagValue,
  rollout_percentage: percentage
    .nullable()
    .default(null)
    .describe('For environments without one of their own.'),
  environments: z.record(environmentName, environmentShape).default({}),
  parents: z.array(parent).max(100).default([]).describe('All must be met. A parent has no parents itself.'),
  tags: z.array(word).max(100).default([]),
  owner: word.nullable().default(null),
  lifetime_days: z.number().int().min(1).max(36_500).nullable().default(null),
  stale: z.boolean().default(false),
  archived: z.boolean().default(false),
};

const EXAMPLE = {
  key: 'new_dashboard',
  name: 'New Dashboard',
  flag_type: 'boolean',
  default_value: false,
  rollout_percentage: 10,
  environments: { development: { enabled: true }, production: { enabled: false } },
} as const;

const hasDefaultValue = (flag: { default_value?: unknown }): boolean => flag.default_value !== undefined;
const DEFAULT_VALUE_REQUIRED = { path: ['default_value'], message: 'is required' };

export const flagSchema = z.strictObject(flagShape).refine(hasDefaultValue, DEFAULT_VALUE_REQUIRED);

export class CreateFeatureDto extends createZodDto(
  z
    .strictObject({ key: flagKey, ...flagShape })
    .refine(hasDefaultValue, DEFAULT_VALUE_REQUIRED)
    .meta({ examples: [EXAMPLE] }),
) {}

export class ReplaceFeatureDto extends createZodDto(
  z
    .strictObject({ key: flagKey.optional().describe('As in the address, if it is given.'), ...flagShape })
    .refine(hasDefaultValue, DEFAULT_VALUE_REQUIRED)
    .meta({ examples: [EXAMPLE] }),
) {}

export class PatchFeatureDto extends createZodDto(
  z
    .record(z.string(), z.unknown())
    .describe('A merge patch (RFC 7396); what it gives is checked as a whole.')
    .meta({ examples: [{ stale: true, environments: { production: { enabled: true } } }] }),
) {}

export class EnvironmentDto extends createZodDto(
  environmentShape.meta({
    examples: [
      {
        enabled: true,
        rollout_percentage: 25,
        strategies: [
          {
            name: 'default',
            constraints: [{ contextName: 'email', operator: 'STR_ENDS_WITH', values: ['@example.com'] }],
          },
        ],
      },
    ],
  }),
) {}

const environmentResponse = environmentShape;

export const featureSchema = z
  .object({
    id: z.uuid(),
    key: z.string(),
    ...flagShape,
    // An import may have created a flag with any name.
    name: z.string(),
    environments: z.record(z.string(), environmentResponse),
    version: z.number().int().describe('One more with each change.'),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .describe('A feature flag.');
