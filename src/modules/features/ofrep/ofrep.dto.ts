import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const CONTEXT = { targetingKey: 'ada', plan: 'pro' };

export class OfrepRequestDto extends createZodDto(
  z
    .looseObject({ context: z.record(z.string(), z.unknown()).optional() })
    .meta({ examples: [{ context: CONTEXT }] }),
) {}

const success = z.object({
  key: z.string(),
  value: z.unknown(),
  reason: z.string(),
  variant: z.string().optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
});

const EXAMPLE = { key: 'new_dashboard', value: true, reason: 'SPLIT', metadata: { version: 3 } };

export class OfrepFlagResponse extends createZodDto(success.meta({ examples: [EXAMPLE] })) {}

export class OfrepFlagsResponse extends createZodDto(
  z.object({ flags: z.array(success) }).meta({ examples: [{ flags: [EXAMPLE] }] }),
) {}
