import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRow, AccessRows } from './access-row.js';

const everyone: AccessRow = { role: 'public' };

/** 503 where a busy machine keeps the stores from answering in time. */
const probe = { ...everyone, allowed: [200, 503] } as const;

export const rows: AccessRows = {
  'GET /api/openapi.json': everyone,
  'GET /health': probe,
  'GET /api/health': probe,
  'GET /health/database': probe,
  'GET /health/live': everyone,
  'GET /health/ready': probe,
  // METRICS_TOKEN, where it is set, is a credential of its own.
  'GET /metrics': everyone,
  'GET /admin': everyone,
  // Names are known once it was built.
  'GET /admin/assets/{name}': { role: 'public', ids: () => 'unknown.js', allowed: [404] },
  'GET /api/v1/admin/overview': { role: 'operator' },
  'GET /api/v1/admin/outbox': { role: 'operator' },
  'GET /api/v1/admin/dead-letters': { role: 'operator' },
  'GET /api/v1/admin/jobs': { role: 'operator' },
  'GET /api/v1/admin/dead-letters/{id}': { role: 'operator', ids: newId, allowed: [404] },
  'POST /api/v1/admin/dead-letters/{id}/retry': { role: 'operator', ids: newId, allowed: [404] },
  'POST /api/v1/admin/verify': { role: 'operator', body: () => ({ only: ['spool'] }), allowed: [202, 409] },
  'GET /api/v1/admin/verify/{id}': { role: 'operator', ids: newId, allowed: [404] },
};
