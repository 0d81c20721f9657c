import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

const aFlag = () => ({
  key: `flag-${newId()}`,
  name: 'A flag',
  flag_type: 'boolean',
  default_value: false,
  environments: { production: { enabled: true } },
});
const aSegment = () => ({ name: 'Staff', constraints: [] });

async function flagKey({ request }: AccessWorld): Promise<string> {
  const flag = aFlag();
  const { status, text } = await request('POST', '/api/v1/features', flag);
  if (status !== 201) throw new Error(`POST /api/v1/features: ${status} ${text}`);
  return flag.key;
}

const aSchedule = () => ({ at: '2126-01-01T00:00:00Z', change: { enabled: false } });
const inProduction = async (world: AccessWorld) => [await flagKey(world), 'production'];
async function scheduled(world: AccessWorld): Promise<string[]> {
  const key = await flagKey(world);
  await world.request('PUT', `/api/v1/features/${key}/environments/production/schedule`, aSchedule());
  return [key, 'production'];
}

const read = { role: 'viewer', key: 'features:read' } as const;
const write = { role: 'member', key: 'features:write' } as const;
/** What SDKs call. */
const sdk = { ...read, isForKeysAlone: true } as const;
const ids: AccessRow['ids'] = flagKey;
const segment: AccessRow['ids'] = ({ create }) => create('/api/v1/segments', aSegment());

export const rows: AccessRows = {
  'GET /api/v1/features': read,
  'POST /api/v1/features': { ...write, body: aFlag },
  'GET /api/v1/features/{key}': { ...read, ids },
  'PUT /api/v1/features/{key}': {
    ...write,
    ids,
    body: () => ({ name: 'B', flag_type: 'boolean', default_value: false }),
  },
  'PATCH /api/v1/features/{key}': { ...write, ids, body: () => ({ name: 'C' }) },
  'DELETE /api/v1/features/{key}': { ...write, ids },
  'POST /api/v1/features/{key}/archive': { ...write, ids },
  'POST /api/v1/features/{key}/rollback': { ...write, ids, body: () => ({ version: 1 }) },
  'GET /api/v1/features/{key}/history': { ...read, ids },
  'PUT /api/v1/features/{key}/environments/{environment}': {
    ...write,
    ids: inProduction,
    body: () => ({ enabled: false }),
  },
  'PUT /api/v1/features/{key}/environments/{environment}/schedule': {
    ...write,
    ids: inProduction,
    body: aSchedule,
  },
  'GET /api/v1/features/{key}/environments/{environment}/schedule': { ...read, ids: scheduled },
  'DELETE /api/v1/features/{key}/environments/{environment}/schedule': { ...write, ids: scheduled },
  'POST /api/v1/features/evaluate': { ...read, body: () => ({ context: { userId: 'ada' } }) },
  'POST /api/v1/features/import': { ...write, body: () => ({ features: [] }) },
  'GET /api/v1/features/export': read,
  'GET /api/v1/features/stale': read,
  'GET /api/v1/features/{key}/metrics': { ...read, ids },
  'POST /ofrep/v1/evaluate/flags': { ...sdk, body: () => ({ context: {} }) },
  'POST /ofrep/v1/evaluate/flags/{key}': { ...sdk, ids, body: () => ({ context: {} }) },
  'GET /api/client/features': sdk,
  'POST /api/client/register': { ...sdk, body: () => ({ appName: 'shop' }) },
  'POST /api/client/metrics': { ...sdk, body: () => ({ appName: 'shop' }) },
  'GET /api/frontend': sdk,
  'POST /api/frontend': { ...sdk, body: () => ({ context: {} }) },
  'POST /api/frontend/client/register': { ...sdk, body: () => ({ appName: 'shop' }) },
  'POST /api/frontend/client/metrics': { ...sdk, body: () => ({ appName: 'shop' }) },
  'GET /api/v1/segments': read,
  'POST /api/v1/segments': { ...write, body: aSegment },
  'GET /api/v1/segments/{id}': { ...read, ids: segment },
  'PUT /api/v1/segments/{id}': { ...write, ids: segment, body: aSegment },
  'DELETE /api/v1/segments/{id}': { ...write, ids: segment },
};
