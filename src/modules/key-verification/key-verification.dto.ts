import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { wantedScopes } from './wanted-scopes.js';

const MAX_COST = 1_000_000;

/** In the order of the checks. The last one is the result if none fails. */
export const CODES = [
  'NOT_FOUND',
  'REVOKED',
  'DISABLED',
  'EXPIRED',
  'INSUFFICIENT_PERMISSIONS',
  'RATE_LIMITED',
  'USAGE_EXCEEDED',
  'VALID',
] as const;
export type VerificationCode = (typeof CODES)[number];

export class VerifyKeyDto extends createZodDto(
  z
    .strictObject({
      key: z.string().min(1).max(512),
      scopes: wantedScopes.optional(),
      cost: z.number().int().min(0).max(MAX_COST).default(1).describe('Credits that a valid check takes.'),
    })
    .meta({ examples: [{ key: 'ttk_live_…', scopes: ['documents:read'], cost: 1 }] }),
) {}

export class KeyVerificationResponse extends createZodDto(
  z.object({
    valid: z.boolean(),
    code: z.enum(CODES).describe('The first that applies, in this order.'),
    key_id: z.uuid().nullable(),
    owner: z.object({ user_id: z.uuid(), organization_id: z.uuid() }).nullable().describe('Whose key it is.'),
    scopes: z.array(z.string()).describe('What the key may do now: never more than its creator may.'),
    remaining: z
      .int()
      .nullable()
      .describe('Credits after this check. Null where they are not counted, or were not looked at.'),
    ratelimit: z
      .object({
        limit: z.int(),
        window_seconds: z.int(),
        remaining: z.int(),
        reset_seconds: z.int().describe('Until the window ends.'),
      })
      .nullable()
      .describe('Null where the key has no limit, or it was not looked at.'),
    expires_at: z.iso.datetime().nullable().describe('Of the secret that was given.'),
  }),
) {}
