import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { isUsableHash, namesScheme } from '../../common/crypto/password-hash.js';
import { PLATFORM_ROLES } from '../../common/http/principal.js';
import { pageOf, pageQuery } from '../../common/http/page.js';

const email = z
  .email({ error: (issue) => (issue.input === undefined ? undefined : 'must be an e-mail address') })
  .max(254)
  .describe('Unique over all organisations, whatever its case.');
const username = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 letters, digits, dots, hyphens or underscores')
  .describe('Unique over all organisations, whatever its case.');
export const password = z
  .string()
  .min(8)
  .max(256)
  .describe('Hashed with Argon2id; never echoed, logged or cached.');
const currentPassword = z
  .string()
  .min(1)
  .max(256)
  .optional()
  .describe('Yours, to change your own e-mail address.');
const avatar = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .max(2_048)
  .nullable();
const role = z.enum(PLATFORM_ROLES).describe('The platform role; only a platform admin sets it.');
const passwordHash = z
  .string()
  .min(1)
  .max(512)
  .refine(
    (hash) => !namesScheme(hash) || isUsableHash(hash),
    'is malformed, or costs more to check than this service allows: have its person set a new password instead',
  )
  .describe(
    'An import from elsewhere. Argon2, bcrypt and scrypt hashes can log in; other text is kept as unusable.',
  );

const USER = {
  id: '01981c7e-52a0-7b5e-9d42-0f3f6f1f8a11',
  organization_id: '01981c7e-4f10-7c33-8a55-5c1f2c7be001',
  email: 'admin@example.com',
  email_confirmed: true,
  username: 'admin',
  avatar: null,
  role: 'user',
  last_login_at: null,
  created_at: '2026-11-21T09:30:00.000Z',
  updated_at: '2026-11-21T09:30:00.000Z',
} as const;

export class CreateUserDto extends createZodDto(
  z
    .strictObject({
      email,
      username,
      password: password.optional(),
      password_hash: passwordHash.optional(),
      avatar: avatar.optional(),
      role: role.optional(),
    })
    .refine((body) => body.password === undefined || body.password_hash === undefined, {
      path: ['password_hash'],
      message: 'cannot stand beside password',
    })
    .meta({
      examples: [{ email: 'admin@example.com', username: 'admin', password: 'correct horse battery' }],
    }),
) {}

/** PUT: the whole account. Omitted fields are reset, except the password. */
export class ReplaceUserDto extends createZodDto(
  z
    .strictObject({
      email,
      username,
      avatar: avatar.default(null),
      role: role.optional(),
      password: password.optional(),
      current_password: currentPassword,
    })
    .meta({
      examples: [{ email: 'admin@example.com', username: 'admin', avatar: 'https://example.com/a.png' }],
    }),
) {}

export class UpdateUserDto extends createZodDto(
  z
    .strictObject({
      email: email.optional(),
      username: username.optional(),
      avatar: avatar.optional(),
      role: role.optional(),
      password: password.optional(),
      current_password: currentPassword,
    })
    .meta({ examples: [{ avatar: 'https://example.com/a.png' }] }),
) {}

export class ListUsersQuery extends createZodDto(
  z.strictObject({
    ...pageQuery,
    email: z.string().max(254).optional().describe('Exactly this address, whatever its case.'),
    username: z.string().max(64).optional().describe('Exactly this username, whatever its case.'),
    role: role.optional(),
    q: z.string().min(1).max(100).optional().describe('Part of the e-mail address or username.'),
  }),
) {}

const ownUserSchema = z
  .object({
    id: z.uuid(),
    organization_id: z.uuid().describe('The organisation that manages the account.'),
    email: z.string(),
    email_confirmed: z
      .boolean()
      .describe('False for a changed address, until its person has confirmed it: `auth/confirm-email`.'),
    username: z.string(),
    avatar: z.string().nullable(),
    role: z.enum(PLATFORM_ROLES),
    last_login_at: z.iso.datetime().nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ examples: [USER] });

const HIDDEN = 'Null for a member whose account another organisation manages.';

const userSchema = ownUserSchema
  .extend({
    organization_id: z.uuid().nullable().describe(HIDDEN),
    email_confirmed: z.boolean().nullable().describe(HIDDEN),
    role: z.enum(PLATFORM_ROLES).nullable().describe(HIDDEN),
    last_login_at: z.iso.datetime().nullable().describe(HIDDEN),
  })
  .meta({ examples: [USER] });

export class OwnUserResponse extends createZodDto(ownUserSchema) {}
export class UserResponse extends createZodDto(userSchema) {}
export class UserPage extends createZodDto(pageOf(userSchema)) {}
