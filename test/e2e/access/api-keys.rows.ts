import { newId } from '../../../src/common/ids/ids.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import type { AccessRow, AccessRows } from './access-row.js';

const newKey = () => ({ name: 'CI', scopes: ['api-keys:read'], environment: 'test' });
const aKey: AccessRow['ids'] = ({ create }) => create('/api/v1/api-keys', newKey());

/** Only the account that made a key rotates it. */
const itsOwnKey: AccessRow['ids'] = async ({ app, owner }, asking) => {
  const creator = asking.isForeign ? owner.userId : asking.userId;
  const [made] = await app.get(Postgres).sql<{ id: string }[]>`
    insert into api_keys (id, organization_id, created_by, name, environment, start, key_hash, scopes)
    values (${newId()}, ${owner.orgId}, ${creator}, 'own', 'test', '', gen_random_uuid()::text, '{api-keys:read}')
    returning id`;
  return made?.id ?? '';
};

export const rows: AccessRows = {
  'POST /api/v1/api-keys': { role: 'admin', key: 'api-keys:admin', body: newKey },
  'POST /api/v1/api-keys #admin scope': {
    role: 'admin',
    key: 'session',
    body: () => ({ ...newKey(), scopes: ['users:admin'] }),
  },
  'GET /api/v1/api-keys': { role: 'admin', key: 'api-keys:read' },
  'GET /api/v1/api-keys/{id}': { role: 'admin', key: 'api-keys:read', ids: aKey },
  'PATCH /api/v1/api-keys/{id}': {
    role: 'admin',
    key: 'api-keys:admin',
    ids: aKey,
    body: () => ({ name: 'Renamed' }),
  },
  'POST /api/v1/api-keys/{id}/rotate': {
    role: 'admin',
    key: 'api-keys:admin',
    ids: itsOwnKey,
    body: () => ({ overlap_seconds: 60 }),
  },
  'POST /api/v1/api-keys/verify': { role: 'admin', key: 'api-keys:read', body: () => ({ key: 'unknown' }) },
  'DELETE /api/v1/api-keys/{id}': { role: 'admin', key: 'api-keys:admin', ids: aKey },
};
