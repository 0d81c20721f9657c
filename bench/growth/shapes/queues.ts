import type { QueueConnection } from '../../../src/flows/queue/queue-connection.js';
import { LeaseOwner } from '../../../src/flows/queue/lease-owner.js';
import { JobQueue } from '../../../src/flows/scheduler/job-queue.pg.repository.js';
import { SchedulerTuning } from '../../../src/flows/scheduler/scheduler-tuning.js';
import { DEADLINE_JOB } from '../../../src/modules/deployments/deployment-statuses.service.js';
import { addRows, type Ground, idOf, inSql, momentOf } from '../ground.js';
import { detail, list, type Read, type Shape } from '../shape.js';

/** An outage of some hours. */
const WAITING = 500_000;

const metrics: Read = { route: 'GET /metrics', what: 'waiting rows', from: '/metrics', finds: 'any' };

async function addEvents(
  ground: Ground,
  state: Readonly<Record<string, string>>,
  range: readonly [number, number],
) {
  const { id, moment, orgId } = inSql(ground);
  const event = { id, aggregate_type: `'user'`, aggregate_id: `'user-' || n % 5000`, organization_id: orgId };
  const content = { type: `'user.updated'`, payload: `'{}'`, tags: `'{}'`, recorded_at: moment };
  await addRows(ground, 'outbox_events', { ...event, ...content }, range);
  const aggregate = `'user:user-' || n % 5000`;
  await addRows(ground, 'outbox_queue', { event_id: id, aggregate, is_invalidated: 'true', ...state }, range);
}

/** Events that were given up. */
export const deadLetters: Shape = {
  name: 'dead-letters',
  large: WAITING,
  fill: (ground, range) => {
    const { moment } = inSql(ground);
    return addEvents(
      ground,
      { available_at: moment, attempts: '8', last_error: `'refused'`, dead_at: moment },
      range,
    );
  },
  reads: (ground, size) => {
    const half = Math.floor(size / 2);
    return [
      ...list('admin/dead-letters', {
        middle: [momentOf(ground, half).toISOString(), idOf(ground, half)],
        filters: ['source=outbox'],
        nothing: ['source=spool', 'source=scheduler'],
      }),
      detail('admin/dead-letters/{id}', `admin/dead-letters/${idOf(ground, half)}`),
      detail('admin/outbox', 'admin/outbox', 'dead letters'),
      { ...metrics, what: 'dead letters' },
    ];
  },
};

/** Events that MongoDB does not have yet. */
export const outbox: Shape = {
  name: 'outbox',
  large: WAITING,
  fill: (ground, range) =>
    addEvents(ground, { available_at: `now() + interval '1 day'`, attempts: '1' }, range),
  reads: () => [
    detail('admin/outbox', 'admin/outbox', 'waiting rows'),
    detail('admin/overview', 'admin/overview', 'waiting rows'),
    { ...metrics, what: 'waiting rows of the outbox' },
  ],
};

/** Jobs that are due later, of which one in a hundred is due already. */
export const schedule: Shape = {
  name: 'schedule',
  large: WAITING,
  fill: (ground, range) => {
    const { id, moment, orgId } = inSql(ground);
    const at = `case n % 100 when 99 then ${moment} else now() + n * interval '1 second' + interval '1 day' end`;
    const job = {
      id,
      job: `'${DEADLINE_JOB}'`,
      organization_id: orgId,
      key: `'key-' || n`,
      due_at: at,
      available_at: at,
    };
    return addRows(ground, 'scheduled_jobs', job, range);
  },
  reads: ({ sql }) => {
    const connection = { run: <T>(_name: string, work: (client: typeof sql) => T) => work(sql) };
    const queue = new JobQueue(
      connection as unknown as QueueConnection,
      new LeaseOwner(),
      new SchedulerTuning(),
    );
    return [
      {
        route: 'the scheduler',
        what: 'next due',
        from: () => queue.nextDueInMs([DEADLINE_JOB]),
        finds: 'any',
      },
      detail('admin/jobs', 'admin/jobs'),
      { ...metrics, what: 'waiting rows of the schedule' },
    ];
  },
};
