import type { AccessRow, AccessRows, AccessWorld } from './access-row.js';

const DEPLOYMENTS = '/api/v1/deployments';
const deployment = () => ({ environment: 'production', ref: 'main' });
const aDeployment: AccessRow['ids'] = ({ create }) => create(DEPLOYMENTS, deployment());

async function succeeded({ create, request }: AccessWorld): Promise<string> {
  const id = await create(DEPLOYMENTS, deployment());
  for (const state of ['in_progress', 'success'])
    await request('POST', `${DEPLOYMENTS}/${id}/statuses`, { state });
  return id;
}

/** The one that replaced another. */
async function aSuccessor(world: AccessWorld): Promise<string> {
  await succeeded(world);
  return succeeded(world);
}

const read = { role: 'viewer', key: 'deployments:read' } as const;
const write = { role: 'member', key: 'deployments:write' } as const;

export const rows: AccessRows = {
  'POST /api/v1/deployments': { ...write, body: deployment },
  'GET /api/v1/deployments': read,
  'GET /api/v1/deployments/{id}': { ...read, ids: aDeployment },
  'GET /api/v1/deployments/{id}/statuses': { ...read, ids: aDeployment },
  'POST /api/v1/deployments/{id}/statuses': { ...write, ids: aDeployment, body: () => ({ state: 'queued' }) },
  'POST /api/v1/deployments/{id}/cancel': { ...write, ids: aDeployment },
  'POST /api/v1/deployments/{id}/redeploy': { ...write, ids: aDeployment },
  'POST /api/v1/deployments/{id}/rollback': { ...write, ids: aSuccessor, body: () => ({}) },
  'GET /api/v1/environments': read,
};
