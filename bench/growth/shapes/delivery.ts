import { checksumOf } from '../../../src/modules/configs/config-checksum.js';
import { addDocuments, addRows, type Ground, idOf, inSql, memberOf, momentOf } from '../ground.js';
import { detail, LARGE, list, type Shape } from '../shape.js';

const ENVIRONMENTS = ['production', 'staging', 'test', 'demo'];
const HOUR_MS = 3_600_000;

/** Deployments of four environments, each with two statuses. One in a hundred has failed. */
export const deployments: Shape = {
  name: 'deployments',
  large: LARGE,
  fill: async (ground, range) => {
    const { id, moment, orgId, member } = inSql(ground);
    const state = `case n % 100 when 99 then 'failure' else 'inactive' end`;
    await addRows(
      ground,
      'deployments',
      {
        ...{ id, organization_id: orgId, environment: `(array['${ENVIRONMENTS.join("','")}'])[n % 4 + 1]` },
        ...{ ref: `'v1.' || n / 50`, sha: `lpad(to_hex(n / 50), 40, '0')`, metadata: `'{}'`, state },
        ...{
          auto_inactive: 'true',
          deadline_at: moment,
          created_by: member,
          created_at: moment,
          updated_at: moment,
        },
      },
      range,
    );
    const status = { id: 'gen_random_uuid()', organization_id: orgId, deployment_id: id, created_at: moment };
    for (const each of [`'pending'`, state])
      await addRows(ground, 'deployment_statuses', { ...status, state: each }, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('deployments', {
        middle: [idOf(ground, half)],
        filters: [
          'environment=staging',
          'state=failure',
          'ref=v1.7',
          `sha=${'7'.padStart(40, '0')}`,
          `created_by=${memberOf(ground, 3)}`,
          'environment=staging&state=inactive',
        ],
        nothing: [
          'environment=nowhere',
          'state=error',
          'ref=none',
          'sha=0000000',
          `created_by=${ground.orgId}`,
          'environment=staging&state=failure',
          'environment=staging&ref=none',
        ],
      }),
      detail('deployments/{id}', `deployments/${idOf(ground, half)}`),
      detail('deployments/{id}/statuses', `deployments/${idOf(ground, half)}/statuses`, 'first page'),
    ];
  },
};

const nameOf = (n: number): string => `service-${String(n).padStart(7, '0')}`;

/** Configs of two environments, the even ones and the odd ones; and as many versions of the first one. */
export const configs: Shape = {
  name: 'configs',
  large: LARGE,
  fill: async (ground, range) => {
    const { id, moment, orgId, userId } = inSql(ground);
    const environment = `(array['production', 'staging'])[n % 2 + 1]`;
    const config = { id, organization_id: orgId, environment, name: `'service-' || lpad(n::text, 7, '0')` };
    await addRows(
      ground,
      'configs',
      { ...config, version: '1', created_at: moment, updated_at: moment },
      range,
    );
    const version = {
      config_id: id,
      version: '1',
      content: `'{"n":1}'`,
      checksum: `'${checksumOf({ n: 1 })}'`,
    };
    await addRows(ground, 'config_versions', { ...version, created_by: userId, created_at: moment }, range);
    const later = { ...version, config_id: `'${idOf(ground, 0)}'::uuid`, version: 'n + 2' };
    await addRows(ground, 'config_versions', { ...later, created_by: userId, created_at: moment }, range);
  },
  reads: (_ground, size) => {
    const half = Math.floor(size / 4) * 2;
    const first = `configs/production/${nameOf(0)}`;
    const versions = list(`${first}/versions`, { middle: [String(half)] });
    return [
      ...list('configs', {
        middle: ['production', nameOf(half)],
        filters: ['environment=staging'],
        nothing: ['environment=nowhere'],
      }),
      detail('configs/{environment}/{name}', `configs/production/${nameOf(half)}`),
      ...versions.map((read) => ({ ...read, route: 'GET /api/v1/configs/{environment}/{name}/versions' })),
      detail('configs/{environment}/{name}/versions/{version}', `${first}/versions/${half}`),
      detail(
        'configs/{environment}/{name}/versions/{version}/diff/{other}',
        `${first}/versions/2/diff/${half}`,
      ),
    ];
  },
};

const execution = (ground: Ground, n: number) => ({
  ...{ _id: idOf(ground, n), organization_id: ground.orgId, name: `run ${n % 50}` },
  ...{ deployment_id: n % 2 === 0 ? idOf(ground, n % 1_000) : null, input: { n } },
  ...{ state: n % 100 === 99 ? 'failed' : 'succeeded', result: null, exit_code: 0 },
  ...{ deadline_at: new Date(ground.nowMs + HOUR_MS), output_bytes: 0, streams: ['stdout'], version: 1 },
  ...{ created_by: memberOf(ground, n), created_at: momentOf(ground, n), updated_at: momentOf(ground, n) },
});

/** Executions of a thousand deployments; one in a hundred has failed. */
export const executions: Shape = {
  name: 'executions',
  large: LARGE,
  fill: (ground, range) => addDocuments(ground, 'executions', (n) => execution(ground, n), range),
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('executions', {
        middle: [idOf(ground, half)],
        filters: [
          'state=succeeded',
          'state=failed',
          `deployment_id=${idOf(ground, 6)}`,
          `state=succeeded&deployment_id=${idOf(ground, 6)}`,
        ],
        nothing: [
          'state=cancelled',
          `deployment_id=${ground.orgId}`,
          `state=failed&deployment_id=${idOf(ground, 6)}`,
        ],
      }),
      detail('executions/{id}', `executions/${idOf(ground, half)}`),
    ];
  },
};

/** The chunks of one execution. */
export const executionOutput: Shape = {
  name: 'execution-output',
  large: LARGE,
  fill: async (ground, range) => {
    if (range[0] === 0) await addDocuments(ground, 'executions', (n) => execution(ground, n), [0, 1]);
    const chunk = (n: number) => ({
      ...{ _id: idOf(ground, n), organization_id: ground.orgId, execution_id: idOf(ground, 0) },
      ...{ stream: 'stdout', seq: n, data: `line ${n}\n`, created_at: momentOf(ground, n) },
    });
    await addDocuments(ground, 'execution_outputs', chunk, range);
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    const output = list(`executions/${idOf(ground, 0)}/output`, {
      middle: ['stdout', String(half)],
      filters: ['stream=stdout', `from_seq=${half}`],
      nothing: ['stream=stderr', `from_seq=${size * 2}`],
    });
    return output.map((read) => ({ ...read, route: 'GET /api/v1/executions/{id}/output' }));
  },
};
