import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { password, OwnUserResponse } from '../users/users.dto.js';

const givenPassword = z.string().min(1).max(256);

export class LoginDto extends createZodDto(
  z
    .strictObject({
      email: z.string().min(1).max(254).optional(),
      username: z.string().min(1).max(64).optional(),
      password: givenPassword,
    })
    .refine((body) => (body.email === undefined) !== (body.username === undefined), {
      path: ['email'],
      message: 'give either email or username',
    })
    .meta({ examples: [{ email: 'demo@triptych.local', password: 'triptych-demo' }] }),
) {}

export class ChangePasswordDto extends createZodDto(
  z
    .strictObject({ current_password: givenPassword, new_password: password })
    .meta({ examples: [{ current_password: 'triptych-demo', new_password: 'correct horse battery' }] }),
) {}

export class LoginResponse extends createZodDto(
  z.object({
    access_token: z.string().describe('Shown once. Send it as `Authorization: Bearer …`.'),
    token_type: z.literal('Bearer'),
    expires_at: z.iso.datetime(),
    user: OwnUserResponse.schema,
  }),
) {}
