import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { MEMBER_ROLES } from '../../common/http/principal.js';
import { UpdateUserDto, OwnUserResponse } from '../users/users.dto.js';

/** What people may change of themselves; the password has its own route. */
export class UpdateProfileDto extends createZodDto(
  UpdateUserDto.schema
    .omit({ role: true, password: true })
    .meta({ examples: [{ avatar: 'https://example.com/me.png' }] }),
) {}

export class ProfileResponse extends createZodDto(
  OwnUserResponse.schema.extend({
    organization: z
      .object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.enum(MEMBER_ROLES) })
      .describe('The organisation that this request acts in.'),
  }),
) {}
