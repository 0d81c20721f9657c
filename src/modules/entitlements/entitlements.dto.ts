import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export const entitlementsSchema = z
  .object({
    plan_code: z.string(),
    limits: z
      .object({ entry_limit: z.number().int().nullable().describe('Null: any number.') })
      .catchall(z.union([z.number(), z.boolean(), z.string(), z.null()])),
    use: z.object({ entries: z.number().int() }),
  })
  .meta({
    examples: [{ plan_code: 'free', limits: { entry_limit: 100 }, use: { entries: 3 } }],
  });

export class EntitlementsResponse extends createZodDto(entitlementsSchema) {}
