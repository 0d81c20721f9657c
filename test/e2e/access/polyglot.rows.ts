import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

async function aDocument({ request }: AccessWorld): Promise<string> {
  const key = `doc-${newId()}`;
  await request('PUT', `/api/v1/documents/${key}`, { data: 1 });
  return key;
}

const transaction = () => ({ user_id: 'user123', amount: 99.99, transaction_type: 'purchase' });

const ROUTES: AccessRows = {
  'POST write/transaction': { role: 'member', key: 'transactions:write', body: transaction },
  'POST write/document': {
    role: 'member',
    key: 'documents:write',
    body: () => ({ key: `doc-${newId()}`, data: { a: 1 } }),
  },
  // Any text is a user id, and of another organisation's user there are no transactions.
  'GET read/transaction/{user}': {
    role: 'viewer',
    key: 'transactions:read',
    ids: () => 'user123',
    makesItsOwn: true,
  },
  'GET read/document/{key}': { role: 'viewer', key: 'documents:read', ids: aDocument },
  'GET stats': { role: 'viewer', key: 'stats:read' },
};

/** With and without the prefix. */
export const rows: AccessRows = Object.fromEntries(
  ['/api/v1/', '/'].flatMap((prefix) =>
    Object.entries(ROUTES).map(([route, row]): [string, AccessRow] => [
      route.replace(' ', ` ${prefix}`),
      row,
    ]),
  ),
);
