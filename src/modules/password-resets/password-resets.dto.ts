import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { password } from '../users/users.dto.js';

const TOKEN = `ttr_${'…'.repeat(3)}`;

export class PasswordResetResponse extends createZodDto(
  z
    .object({
      token: z.string().nullable().describe('Shown once; null where the answer is repeated.'),
      expires_at: z.iso.datetime(),
    })
    .meta({ examples: [{ token: TOKEN, expires_at: '2026-11-22T09:30:00.000Z' }] }),
) {}

export class ResetPasswordDto extends createZodDto(
  z
    .strictObject({ token: z.string().min(1).max(256), new_password: password })
    .meta({ examples: [{ token: TOKEN, new_password: 'correct horse battery' }] }),
) {}
