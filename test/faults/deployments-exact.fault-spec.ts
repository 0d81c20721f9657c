import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';
import { timeLimit } from '../support/time-limit.js';

const run = new FaultRun('deployments-exact');
const ROUNDS = run.size(5, 1_000);
const WRITERS = 64;
const DEPLOYMENTS = run.size(20, 200);
const DEADLINE_SECONDS = 10;
const LATE_LIMIT_MS = 5_000;
const PATH = '/api/v1/deployments';
const STATES = ['queued', 'in_progress', 'success', 'failure', 'error', 'cancelled', 'inactive', 'pending'];
/** The states that may follow each, as the contract has them. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  pending: ['queued', 'in_progress', 'failure', 'error', 'cancelled'],
  queued: ['in_progress', 'failure', 'error', 'cancelled'],
  in_progress: ['success', 'failure', 'error', 'cancelled'],
  success: ['inactive'],
};
const deploymentShape = z.object({ id: z.uuid() });

interface History {
  states: string[];
  lateMs: number;
}

describe('deployments over two instances', () => {
  let t: TestApp;
  let other: NestFastifyApplication;
  const workers: ApiProcess[] = [];
  beforeAll(async () => {
    // What is due is left to the workers, which are processes of their own.
    t = await createTestApp({ PROCESS_ROLE: 'api' });
    other = await createApp(t.stores.config);
  });
  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.stop('SIGKILL')));
    await other.close();
    await t.close();
  });

  const post = (n: number, path: string, body: unknown) =>
    request(n % 2 === 0 ? t.app : other, 'POST', `${PATH}${path}`, { token: t.tenant.token, body });
  const create = async (environment: string, more: Record<string, unknown> = {}): Promise<string> => {
    const answer = await post(0, '', { environment, ref: 'main', ...more });
    expect(answer.status).toBe(201);
    return deploymentShape.parse(answer.body).id;
  };
  /** Each from its first state on. `lateMs`: how long after the deadline the last one came. */
  const historiesIn = (environment: string) =>
    t.app.get(Postgres).sql<History[]>`
      select json_agg(s.state order by s.id) as states,
        extract(epoch from max(s.created_at) - d.deadline_at)::float8 * 1000 as "lateMs"
      from deployments d join deployment_statuses s on s.deployment_id = d.id
      where d.environment = ${environment} group by d.id`;
  const illegalMovesOf = ({ states }: History): string[] =>
    states.flatMap((state, at) => {
      const before = states[at - 1];
      const isLegal = before === undefined ? state === 'pending' : NEXT[before]?.includes(state);
      return isLegal ? [] : [`${before} → ${state}`];
    });

  it(`have no illegal history after ${ROUNDS} rounds of ${WRITERS} writers at once`, async () => {
    const answered = new Map<number, number>();
    for (let round = 0; round < ROUNDS; round += 1) {
      const id = await create('races');
      const moves = Array.from({ length: WRITERS }, async (_, n) => {
        const state = STATES[run.between(0, STATES.length - 1)];
        const { status } = await post(n, `/${id}/statuses`, { state });
        answered.set(status, (answered.get(status) ?? 0) + 1);
      });
      await Promise.all(moves);
    }
    const found = await historiesIn('races');
    run.report(
      `${ROUNDS} × ${WRITERS} moves: ${[...answered].map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    );
    expect(found).toHaveLength(ROUNDS);
    expect(found.flatMap(illegalMovesOf)).toEqual([]);
    expect(found.reduce((sum, { states }) => sum + states.length - 1, 0)).toBe(answered.get(201));
    // With 503 an instance says that it is at its limit; the move was not made.
    expect([...answered.keys()].filter((status) => ![201, 409, 503].includes(status))).toEqual([]);
  });

  it(`end in error at their deadline, once, though a worker is killed twice: ${DEPLOYMENTS}`, async () => {
    const startWorker = async () => {
      workers.push(await ApiProcess.start({ ...t.stores.env, PROCESS_ROLE: 'worker' }));
    };
    await startWorker();
    await startWorker();
    for (let n = 0; n < DEPLOYMENTS; n += 1)
      await create('deadlines', { deadline_seconds: DEADLINE_SECONDS + (n % 10) });
    const ended = async () =>
      (await historiesIn('deadlines')).filter(({ states }) => states.length > 1).length;
    for (const share of [0.25, 0.5]) {
      await eventually(ended, (count) => count >= share * DEPLOYMENTS, 60_000);
      await workers.shift()?.stop('SIGKILL');
      await startWorker();
    }
    await eventually(ended, (count) => count === DEPLOYMENTS, 60_000);
    const found = await historiesIn('deadlines');
    const latest = Math.max(...found.map(({ lateMs }) => lateMs));
    run.report(`${DEPLOYMENTS} deadlines, a worker killed twice: at most ${Math.round(latest)} ms late`);
    expect(found.map(({ states }) => states)).toEqual(found.map(() => ['pending', 'error']));
    expect(Math.min(...found.map(({ lateMs }) => lateMs))).toBeGreaterThanOrEqual(0);
    expect(latest).toBeLessThan(timeLimit(LATE_LIMIT_MS));
  });
});
