import type { AccessRow, AccessRows } from './access-row.js';

const EXECUTIONS = '/api/v1/executions';
const execution = () => ({ name: 'migrate' });
const anExecution: AccessRow['ids'] = ({ create }) => create(EXECUTIONS, execution());
const chunk = () => ({ stream: 'stdout', seq: 0, data: 'a line\n' });

const read = { role: 'viewer', key: 'executions:read' } as const;
const write = { role: 'member', key: 'executions:write' } as const;

export const rows: AccessRows = {
  'POST /api/v1/executions': { ...write, body: execution },
  'GET /api/v1/executions': read,
  'GET /api/v1/executions/{id}': { ...read, ids: anExecution },
  'PATCH /api/v1/executions/{id}': { ...write, ids: anExecution, body: () => ({ state: 'running' }) },
  'POST /api/v1/executions/{id}/output': { ...write, ids: anExecution, body: chunk },
  'GET /api/v1/executions/{id}/output': { ...read, ids: anExecution },
};
