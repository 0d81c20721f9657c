import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { givenMoment } from '../../common/http/moment.js';
import { pageOf, pageQuery } from '../../common/http/page.js';
import { visibleText } from '../../common/http/visible-text.js';

/** Which resources there are is for the service to say. */
const scope = z
  .string()
  .max(64)
  .regex(
    /^(?:\*|[a-z][a-z-]*:(?:read|write|admin))$/,
    'must be * or resource:read, resource:write, resource:admin',
  )
  .describe(
    'The resource is a tag of this document. `*` and `resource:admin` are granted by a session alone.',
  );

export class CreateApiKeyDto extends createZodDto(
  z
    .strictObject({
      name: visibleText(120),
      scopes: z.array(scope).min(1).max(50),
      environment: z.enum(['live', 'test']),
      expires_at: givenMoment
        .optional()
        .describe('Never, where it is left out; of a key that a key makes: when its maker expires.'),
    })
    .meta({ examples: [{ name: 'CI', scopes: ['users:read', 'activity:write'], environment: 'live' }] }),
) {}

export class ListApiKeysQuery extends createZodDto(z.strictObject(pageQuery)) {}

const apiKeySchema = z.object({
  id: z.uuid(),
  name: z.string(),
  environment: z.enum(['live', 'test']),
  start: z.string().describe('The first characters, by which people recognise it.'),
  scopes: z.array(z.string()),
  created_by: z.uuid(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable(),
  revoked_at: z.iso.datetime().nullable(),
});

export class ApiKeyResponse extends createZodDto(apiKeySchema) {}
export class ApiKeyPage extends createZodDto(pageOf(apiKeySchema)) {}
export class NewApiKeyResponse extends createZodDto(
  apiKeySchema.extend({
    key: z.string().nullable().describe('Shown once; null where the answer is repeated.'),
  }),
) {}
