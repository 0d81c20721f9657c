import { newId } from '../../../src/common/ids/ids.js';
import { noCounts } from '../../../src/modules/imports/import-request.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows } from './access-row.js';

/** Of the caller, or of the owner where a stranger asks: imports are private. */
const anImport: NonNullable<AccessRow['ids']> = async ({ app, owner }, asking) => {
  const [id, userId] = [newId(), asking.isForeign ? owner.userId : asking.userId];
  const { sql } = app.get(Postgres);
  await sql`
    insert into import_requests (id, organization_id, user_id, format, is_dry_run, state, file_id, file_key, size,
      counts, report, expires_at)
    values (${id}, ${owner.orgId}, ${userId}, 'json', false, 'completed', ${newId()}, '', 2,
      ${JSON.stringify(noCounts())}::text::jsonb, '[]', now() + interval '1 minute')`;
  return id;
};

export const rows: AccessRows = {
  'POST /api/v1/imports': {
    ...{ role: 'member', key: 'imports:write', isNamedScope: true },
    body: () => ({ format: 'triptych-export', version: 1 }),
  },
  'GET /api/v1/imports/{id}': { role: 'viewer', key: 'imports:read', isNamedScope: true, ids: anImport },
};
