import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRows, AccessWorld } from './access-row.js';

async function aDocument({ request }: AccessWorld): Promise<string> {
  const key = `key/${newId()}`;
  await request('PUT', `/api/v1/documents/${encodeURIComponent(key)}`, { data: 1 });
  return key;
}

const read = { role: 'viewer', key: 'documents:read' } as const;
const write = { role: 'member', key: 'documents:write' } as const;
const ONE = '/api/v1/documents/{key}';

export const rows: AccessRows = {
  'GET /api/v1/documents': read,
  [`PUT ${ONE}`]: { ...write, ids: aDocument, body: () => ({ data: { on: true } }), makesItsOwn: true },
  [`GET ${ONE}`]: { ...read, ids: aDocument },
  [`PATCH ${ONE}`]: { ...write, ids: aDocument, body: () => ({ on: true }) },
  [`DELETE ${ONE}`]: { ...write, ids: aDocument },
};
