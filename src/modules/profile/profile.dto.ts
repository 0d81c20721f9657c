import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { MEMBER_ROLES } from '../../common/http/principal.js';
import { givenTimeZone } from '../../common/http/time-zone.js';
import { entitlementsSchema } from '../entitlements/entitlements.dto.js';
import { subscriptionSchema } from '../subscriptions/subscriptions.dto.js';
import { OwnUserResponse, UpdateUserDto } from '../users/users.dto.js';

/** The fields of their own account that people may change. The password has its own route. */
export class UpdateProfileDto extends createZodDto(
  UpdateUserDto.schema
    .omit({ role: true, password: true })
    .extend({
      time_zone: givenTimeZone.optional().describe('The IANA name by which your days begin and end.'),
    })
    .meta({ examples: [{ avatar: 'https://example.com/me.png', time_zone: 'Europe/Berlin' }] }),
) {}

export class ProfileResponse extends createZodDto(
  OwnUserResponse.schema.extend({
    time_zone: z.string().describe('The IANA name by which your days begin and end; `UTC` at first.'),
    organization: z
      .object({ id: z.uuid(), name: z.string(), slug: z.string(), role: z.enum(MEMBER_ROLES) })
      .describe('The organisation that this request acts in.'),
    subscription: subscriptionSchema
      .pick({
        id: true,
        plan_code: true,
        status: true,
        current_period_end: true,
        trial_end: true,
        cancel_at_period_end: true,
      })
      .nullable()
      .describe('What the caller has subscribed to in the organisation; null: nothing.'),
    entitlements: entitlementsSchema,
    total_entries: z.number().int().describe('How many entries the caller has in the organisation.'),
  }),
) {}
