import type { AccessRows } from './access-row.js';

export const rows: AccessRows = {
  'GET /api/v1/profile': { role: 'viewer', key: 'any' },
  'PATCH /api/v1/profile': {
    role: 'viewer',
    key: 'session',
    body: () => ({ avatar: 'https://example.com/me.png', time_zone: 'Europe/Berlin' }),
  },
};
