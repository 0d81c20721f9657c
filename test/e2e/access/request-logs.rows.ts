import type { AccessRows } from './access-row.js';

const read = { role: 'admin', key: 'request-logs:read' } as const;

export const rows: AccessRows = {
  'GET /api/v1/request-logs': read,
  'GET /api/v1/request-logs/summary': read,
};
