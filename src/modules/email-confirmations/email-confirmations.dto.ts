import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const TOKEN = 'tte_…';

export class EmailConfirmationResponse extends createZodDto(
  z
    .object({
      token: z.string().nullable().describe('Shown once; null where the answer is repeated.'),
      expires_at: z.iso.datetime(),
    })
    .meta({ examples: [{ token: TOKEN, expires_at: '2026-11-28T09:30:00.000Z' }] }),
) {}

export class ConfirmEmailDto extends createZodDto(
  z.strictObject({ token: z.string().min(1).max(256) }).meta({ examples: [{ token: TOKEN }] }),
) {}
