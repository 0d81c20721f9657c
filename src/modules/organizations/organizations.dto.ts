import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';
import { MEMBER_ROLES } from '../../common/http/principal.js';
import { visibleText } from '../../common/http/visible-text.js';

const name = visibleText(120);
const slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/, 'must be 1 to 63 of a-z, 0-9 and hyphens, not at an end')
  .describe('Unique; the short name in addresses.');
const role = z.enum(MEMBER_ROLES);

export class CreateOrganizationDto extends createZodDto(
  z.strictObject({ name, slug }).meta({ examples: [{ name: 'Acme', slug: 'acme' }] }),
) {}

export class UpdateOrganizationDto extends createZodDto(
  z
    .strictObject({ name: name.optional(), slug: slug.optional() })
    .meta({ examples: [{ name: 'Acme Inc.' }] }),
) {}

export class AddMemberDto extends createZodDto(
  z
    .strictObject({
      email: z
        .email('must be an e-mail address')
        .max(254)
        .describe('Of an account that the organisation manages, or of whom it invites.'),
      role: role.default('member'),
    })
    .meta({ examples: [{ email: 'ada@example.com', role: 'admin' }] }),
) {}

export class UpdateMemberDto extends createZodDto(
  z.strictObject({ role }).meta({ examples: [{ role: 'viewer' }] }),
) {}

export class ListOrganizationsQuery extends createZodDto(z.strictObject(pageQuery)) {}

const organizationSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  slug: z.string(),
  role: role.describe('Your role in it.'),
  created_at: z.iso.datetime(),
  updated_at: z.iso.datetime(),
});

const memberSchema = z.object({
  user_id: z.uuid(),
  email: z.string(),
  username: z.string(),
  avatar: z.string().nullable(),
  role,
  joined_at: z.iso.datetime(),
});

export class OrganizationResponse extends createZodDto(organizationSchema) {}
export class OrganizationPage extends createZodDto(pageOf(organizationSchema)) {}
export class MemberResponse extends createZodDto(memberSchema) {}
export class MemberPage extends createZodDto(pageOf(memberSchema)) {}
