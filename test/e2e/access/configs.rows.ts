import { newId } from '../../../src/common/ids/ids.js';
import type { AccessRows, AccessWorld } from './access-row.js';

async function aConfig({ request }: AccessWorld): Promise<string[]> {
  const name = `config-${newId()}`;
  for (const content of [1, 2]) await request('PUT', `/api/v1/configs/production/${name}`, { content });
  return ['production', name];
}

const read = { role: 'viewer', key: 'configs:read' } as const;
const write = { role: 'member', key: 'configs:write' } as const;
const ONE = '/api/v1/configs/{environment}/{name}';

export const rows: AccessRows = {
  'GET /api/v1/configs': read,
  [`PUT ${ONE}`]: { ...write, ids: aConfig, body: () => ({ content: { on: true } }), makesItsOwn: true },
  [`GET ${ONE}`]: { ...read, ids: aConfig },
  [`DELETE ${ONE}`]: { ...write, ids: aConfig },
  [`GET ${ONE}/versions`]: { ...read, ids: aConfig },
  [`GET ${ONE}/versions/{version}`]: { ...read, ids: async (world) => [...(await aConfig(world)), '1'] },
  [`GET ${ONE}/versions/{version}/diff/{other}`]: {
    ...read,
    ids: async (world) => [...(await aConfig(world)), '1', '2'],
  },
  [`POST ${ONE}/rollback`]: { ...write, ids: aConfig, body: () => ({ version: 1 }) },
};
