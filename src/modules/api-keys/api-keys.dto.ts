import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { environmentName } from '../../common/http/environment-name.js';
import { givenMetadata } from '../../common/http/given-metadata.js';
import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';

const MAX_CREDITS = 1_000_000_000_000;
const MAX_OVERLAP_SECONDS = 30 * 86_400;
const WEEK_SECONDS = 7 * 86_400;

/** The service checks whether the resource exists. */
export const scope = z
  .string()
  .max(64)
  .regex(
    /^(?:\*|[a-z][a-z-]*:(?:read|write|admin))$/,
    'must be * or resource:read, resource:write, resource:admin',
  )
  .describe(
    'The resource is a tag of this document. `*` and `resource:admin` are granted by a session alone.',
  );

const name = visibleText(120);
const scopes = z.array(scope).min(1).max(50);
const environment = z.enum(['live', 'test']);
const limit = z.number().int().min(1).max(1_000_000_000);
const windowSeconds = z.number().int().min(1).max(WEEK_SECONDS);
const amount = z.number().int().min(1).max(MAX_CREDITS);
const interval = z.enum(['daily', 'monthly']);
const day = z.number().int().min(1).max(31).describe('Of the month (UTC); past its end, the last one.');
const remaining = z.number().int().min(0).max(MAX_CREDITS);
const flagEnvironment = environmentName.describe(
  'Whose feature flags the key sees. By default `production` for live and `development` for test keys.',
);

export const rateLimitSchema = z
  .strictObject({ limit, window_seconds: windowSeconds })
  .describe('For its own requests and its verifications together. A window begins with its first request.');

const refill = z
  .strictObject({ amount, interval, day: day.optional() })
  .describe('Sets the balance to `amount`, at midnight UTC, unless it is higher.');
const credits = z
  .strictObject({ remaining, refill: refill.optional() })
  .describe('What verifications may cost. Exact over all instances.');

const EXPIRY = 'Never, where it is left out; of a key that a key makes: when its maker expires.';

export class CreateApiKeyDto extends createZodDto(
  z
    .strictObject({
      name,
      scopes,
      environment,
      flag_environment: flagEnvironment.optional(),
      expires_at: givenMoment.optional().describe(EXPIRY),
      rate_limit: rateLimitSchema.optional(),
      credits: credits.optional(),
      metadata: givenMetadata.optional(),
    })
    .meta({ examples: [{ name: 'CI', scopes: ['users:read', 'activity:write'], environment: 'live' }] }),
) {
  static readonly opaque = ['metadata'];
}

/** A merge patch: a null empties a field, and an object is merged into the existing one. */
export class UpdateApiKeyDto extends createZodDto(
  z
    .strictObject({
      name: name.optional(),
      enabled: z.boolean().optional(),
      scopes: scopes.optional(),
      expires_at: givenMoment.nullable().optional(),
      flag_environment: flagEnvironment.nullable().optional(),
      rate_limit: z
        .strictObject({ limit: limit.optional(), window_seconds: windowSeconds.optional() })
        .nullable()
        .optional(),
      credits: z
        .strictObject({
          remaining: remaining.optional(),
          refill: z
            .strictObject({
              amount: amount.optional(),
              interval: interval.optional(),
              day: day.nullable().optional(),
            })
            .nullable()
            .optional(),
        })
        .nullable()
        .optional(),
      metadata: givenMetadata.nullable().optional(),
    })
    .meta({ examples: [{ enabled: false }, { credits: { remaining: 500 } }] }),
) {
  static readonly opaque = ['metadata'];
}

/** The schema of a key after a merge patch. */
export const patchedSchema = z.strictObject({
  name,
  enabled: z.boolean(),
  scopes,
  expires_at: z.string().optional(),
  flag_environment: flagEnvironment.optional(),
  rate_limit: rateLimitSchema.optional(),
  credits: credits.optional(),
  metadata: givenMetadata.default({}),
});

export class RotateApiKeyDto extends createZodDto(
  z
    .strictObject({
      overlap_seconds: z
        .number()
        .int()
        .min(0)
        .max(MAX_OVERLAP_SECONDS)
        .default(0)
        .describe('For so long the old secret is valid, too: up to 30 days.'),
    })
    .meta({ examples: [{ overlap_seconds: 3_600 }] }),
) {}

export class ListApiKeysQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    environment: environment.optional(),
    enabled: z.enum(['true', 'false']).optional(),
    user_id: z.string().max(64).optional().describe('Of the account that made them.'),
  }),
) {}

const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  environment,
  flag_environment: z.string().describe('Whose feature flags the key sees.'),
  prefix: z.string().describe('How every key of its kind begins.'),
  start: z
    .string()
    .describe('The prefix and the first characters of the secret, by which people recognise it.'),
  scopes: z.array(z.string()),
  enabled: z.boolean(),
  rate_limit: z.object({ limit: z.int(), window_seconds: z.int() }).nullable(),
  credits: z
    .object({
      remaining: z.int(),
      refill: z.object({ amount: z.int(), interval, day: z.int().nullable() }).nullable(),
    })
    .nullable(),
  metadata: z.record(z.string(), z.unknown()),
  created_by: z.uuid(),
  parent_id: z.uuid().nullable().describe('The key that made it, and with which it is revoked.'),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
  last_used_at: z.iso.datetime().nullable().describe('True within a minute.'),
});

export class ApiKeyResponse extends createZodDto(apiKeySchema) {}
export class ApiKeyPage extends createZodDto(pageOf(apiKeySchema)) {}
export class NewApiKeyResponse extends createZodDto(
  apiKeySchema.extend({
    key: z.string().nullable().describe('Shown once; null where the answer is repeated.'),
  }),
) {}
