import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { MEMBER_ROLES } from '../../common/http/principal.js';
import { MemberResponse } from '../organizations/organizations.dto.js';

const invitationSchema = z.object({
  id: z.uuid(),
  email: z.string(),
  role: z.enum(MEMBER_ROLES),
  expires_at: z.iso.datetime(),
});

export class AcceptInvitationDto extends createZodDto(
  z.strictObject({ token: z.string().min(1).max(256) }).meta({ examples: [{ token: 'tti_…' }] }),
) {}

export class ListInvitationsQuery extends createZodDto(z.strictObject(pageQuery)) {}

export class NewInvitationResponse extends createZodDto(
  invitationSchema.extend({
    token: z
      .string()
      .nullable()
      .describe('Give it to the person. Shown once; null where the answer is repeated.'),
  }),
) {}

const listedSchema = invitationSchema.extend({ invited_by: z.uuid(), created_at: z.iso.datetime() });
export class InvitationPage extends createZodDto(pageOf(listedSchema)) {}

export class AcceptedInvitationResponse extends createZodDto(
  MemberResponse.schema.extend({ organization_id: z.uuid() }),
) {}
