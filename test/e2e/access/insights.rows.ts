import type { AccessRows } from './access-row.js';

const read = { role: 'viewer', key: 'insights:read', isNamedScope: true } as const;

export const rows: AccessRows = {
  'GET /api/v1/insights': read,
  'GET /api/v1/insights/calendar': { ...read, query: '?month=2026-11' },
};
