import { newId } from '../../../src/common/ids/ids.js';
import { PrivateFiles } from '../../../src/modules/exports/files/private-files.service.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows } from './access-row.js';

/** Completed, of the caller, or of the owner where a stranger asks: exports are private. */
const anExport: NonNullable<AccessRow['ids']> = async ({ app, owner }, asking) => {
  const person = { orgId: owner.orgId, userId: asking.isForeign ? owner.userId : asking.userId };
  const files = app.get(PrivateFiles);
  const id = newId();
  const expiresAt = new Date(Date.now() + 60_000);
  const file = await files.begin(person);
  const { size } = await files.write(person, file, content(), expiresAt);
  await app.get(Postgres).sql`
    insert into export_requests (id, organization_id, user_id, format, state, file_id, file_key, size, expires_at)
    values (${id}, ${person.orgId}, ${person.userId}, 'json', 'completed', ${file.id}, ${file.key}, ${size}, ${expiresAt.toISOString()})`;
  return id;
};

async function* content(): AsyncGenerator<string> {
  yield await Promise.resolve('{}');
}

const read = { role: 'viewer', key: 'exports:read', isNamedScope: true } as const;

export const rows: AccessRows = {
  'POST /api/v1/exports': {
    ...{ role: 'viewer', key: 'exports:write', isNamedScope: true },
    body: () => ({ format: 'json' }),
  },
  'GET /api/v1/exports/{id}': { ...read, ids: anExport },
  'GET /api/v1/exports/{id}/download': { ...read, ids: anExport },
};
