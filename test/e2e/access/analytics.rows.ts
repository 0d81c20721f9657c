import type { AccessRow, AccessRows } from './access-row.js';

const event = () => ({ event_name: 'page_view', user_id: 'visitor-1' });
const call = () => ({ userId: 'visitor-1', event: 'page_view' });

const write = { role: 'member', key: 'analytics:write' } as const;
const read = { role: 'viewer', key: 'analytics:read' } as const;
const segment: AccessRow = { ...write, isForKeysAlone: true, body: call };

export const rows: AccessRows = {
  'POST /api/v1/analytics/events': { ...write, body: event },
  'POST /api/v1/analytics/batch': { ...write, body: () => ({ events: [event()] }) },
  'GET /api/v1/analytics/events': read,
  'GET /api/v1/analytics/series': read,
  'GET /api/v1/analytics/top': read,
  'GET /api/v1/analytics/funnel': { ...read, query: '?steps=a,b' },
  'GET /api/v1/analytics/live': read,
  'POST /v1/batch': { ...segment, body: () => ({ batch: [{ type: 'track', ...call() }] }) },
  'POST /v1/import': { ...segment, body: () => ({ batch: [{ type: 'track', ...call() }] }) },
  'POST /v1/track': segment,
  'POST /v1/identify': segment,
  'POST /v1/page': segment,
  'POST /v1/screen': segment,
  'POST /v1/group': segment,
  'POST /v1/alias': segment,
};
