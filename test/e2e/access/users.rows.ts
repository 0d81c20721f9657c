import { newAccount } from '../../factories/account.js';
import type { AccessRow, AccessRows } from './access-row.js';

const aUser: AccessRow['ids'] = ({ create }) => create('/api/v1/users', newAccount());

export const rows: AccessRows = {
  'POST /api/v1/users': { role: 'admin', key: 'users:write', body: () => newAccount() },
  'POST /api/v1/users #password_hash': {
    role: 'admin',
    key: 'users:write',
    body: () => newAccount({ password_hash: 'hashed_password' }),
  },
  'GET /api/v1/users': { role: 'viewer', key: 'users:read' },
  'GET /api/v1/users/{id}': { role: 'viewer', key: 'users:read', ids: aUser },
  'PUT /api/v1/users/{id}': { role: 'admin', key: 'users:admin', ids: aUser, body: () => newAccount() },
  'PATCH /api/v1/users/{id}': {
    role: 'admin',
    key: 'users:write',
    ids: aUser,
    body: () => ({ avatar: 'https://example.com/a.png' }),
  },
  'PATCH /api/v1/users/{id} #password': {
    role: 'admin',
    key: 'users:admin',
    ids: aUser,
    body: () => ({ password: 'correct horse battery' }),
  },
  'PATCH /api/v1/users/{id} #email': {
    role: 'admin',
    key: 'users:admin',
    ids: aUser,
    body: () => ({ email: newAccount().email }),
  },
  'POST /api/v1/users/{id}/password-reset': {
    role: 'admin',
    key: 'users:admin',
    ids: aUser,
    isOpenToOperators: true,
  },
  'DELETE /api/v1/users/{id}': { role: 'admin', key: 'users:admin', ids: aUser },
};
