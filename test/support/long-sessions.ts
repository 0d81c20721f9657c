import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { principalTag } from '../../src/modules/auth/principal-tags.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';

/** Makes sessions last beyond every moment to which a test sets the clock. */
export async function lengthenSessions(app: NestFastifyApplication): Promise<void> {
  const { sql } = app.get(Postgres);
  const rows = await sql<
    { user_id: string }[]
  >`update sessions set expires_at = '2100-01-01' returning user_id`;
  await app.get(TaggedCache).invalidate(rows.map((row) => principalTag(row.user_id)));
}
