import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

import { pageOf, pageQuery } from '../../common/http/page.js';

const sessionSchema = z.object({
  id: z.uuid(),
  organization_id: z.uuid(),
  user_agent: z.string().nullable(),
  address: z.string().nullable(),
  is_current: z.boolean(),
  created_at: z.iso.datetime(),
  last_seen_at: z.iso.datetime().describe('True within a minute.'),
  expires_at: z.iso.datetime(),
});

export class ListSessionsQuery extends createZodDto(z.strictObject(pageQuery)) {}
export class SessionPage extends createZodDto(pageOf(sessionSchema)) {}
export class SessionResponse extends createZodDto(sessionSchema) {}
