import type { AccessRows } from './access-row.js';

const entry = () => ({ event_type: 'page_view', user_id: 'visitor-1' });

export const rows: AccessRows = {
  'POST /api/v1/activity': { role: 'member', key: 'activity:write', body: entry },
  'POST /api/v1/activity/batch': {
    role: 'member',
    key: 'activity:write',
    body: () => ({ entries: [entry()] }),
  },
  'GET /api/v1/activity': { role: 'viewer', key: 'activity:read' },
  'GET /api/v1/activity/export': { role: 'viewer', key: 'activity:read' },
  'GET /api/v1/activity/{id}': {
    role: 'viewer',
    key: 'activity:read',
    ids: ({ create }) => create('/api/v1/activity', entry()),
  },
  'GET /api/v1/activity/verify': { role: 'admin', key: 'activity:read' },
};
