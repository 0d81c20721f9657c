import type { AccessRow, AccessRows } from './access-row.js';

const newKey = () => ({ name: 'CI', scopes: ['api-keys:read'], environment: 'test' });
const aKey: AccessRow['ids'] = ({ create }) => create('/api/v1/api-keys', newKey());

export const rows: AccessRows = {
  'POST /api/v1/api-keys': { role: 'admin', key: 'api-keys:admin', body: newKey },
  'POST /api/v1/api-keys #admin scope': {
    role: 'admin',
    key: 'session',
    body: () => ({ ...newKey(), scopes: ['users:admin'] }),
  },
  'GET /api/v1/api-keys': { role: 'admin', key: 'api-keys:read' },
  'GET /api/v1/api-keys/{id}': { role: 'admin', key: 'api-keys:read', ids: aKey },
  'DELETE /api/v1/api-keys/{id}': { role: 'admin', key: 'api-keys:admin', ids: aKey },
};
