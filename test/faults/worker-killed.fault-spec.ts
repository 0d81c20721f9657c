import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { newId } from '../../src/common/ids/ids.js';
import { Reaper } from '../../src/stores/embedded/reaper.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('worker-killed');
const JOBS = run.size(200, 5_000);
const KILLS = run.size(2, 20);
const WORKERS = 2;
const LATE_LIMIT_MS = 5_000;

interface Effects {
  job: string;
  keys: number;
  runs: number;
  late_ms: number;
}

describe(`${JOBS} jobs of each kind, and a worker that is killed ${KILLS} times`, () => {
  const reaper = new Reaper();
  const workers: ChildProcess[] = [];
  let stores: TestStores;
  let sql: postgres.Sql;

  beforeAll(async () => {
    stores = await createTestStores({ PROCESS_ROLE: 'worker' });
    sql = postgres(stores.config.postgres.url, { max: 1 });
    await sql`create table effects (job text, key text, late_ms float8)`;
  }, 120_000);

  afterAll(async () => {
    for (const worker of workers) await kill(worker);
    await reaper.close();
    await sql.end();
    await stores.drop();
  });

  /** Resolves once it can run jobs. */
  const start = async (): Promise<void> => {
    const worker = spawn(process.execPath, ['test/faults/job-worker.mjs'], {
      env: stores.env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    if (worker.pid === undefined) throw new Error('The worker could not be started');
    reaper.watch(worker.pid, 'SIGKILL');
    workers.push(worker);
    await once(worker.stdout, 'data');
  };
  const kill = async (worker: ChildProcess): Promise<void> => {
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const exit = once(worker, 'exit');
    worker.kill('SIGKILL');
    await exit;
  };
  const count = async (query: postgres.PendingQuery<{ count: number }[]>): Promise<number> =>
    (await query)[0]?.count ?? -1;
  const left = () =>
    count(sql`select count(*)::int as count from scheduled_jobs where organization_id is not null`);
  const leased = () =>
    count(
      sql`select count(*)::int as count from scheduled_jobs where lease_owner is not null and job like 'test.%'`,
    );

  /** So many of each kind, due over the next seconds. */
  const schedule = async (jobs: number): Promise<void> => {
    for (const job of ['test.transactional', 'test.idempotent'])
      await sql`
        insert into scheduled_jobs (id, job, organization_id, key, due_at, available_at)
        select gen_random_uuid(), ${job}, ${newId()}, gen_random_uuid()::text, at, at
        from (select clock_timestamp() + n * 40 * interval '1 ms' as at
          from generate_series(1, ${jobs}::int) as n) as jobs`;
  };

  it('are all carried out, those in PostgreSQL once, those elsewhere at least once', async () => {
    for (let n = 0; n < WORKERS; n += 1) await start();
    const leftAtKills: number[] = [];
    for (let kills = 0; kills < KILLS; kills += 1) {
      await schedule(JOBS / KILLS);
      const before = await left();
      await eventually(
        async () => ({ left: await left(), leased: await leased() }),
        (now) => now.left < before - 10 && now.leased > 0,
        60_000,
      );
      await pause(run.between(0, 30));
      const [victim] = workers.splice(0, 1);
      if (victim) await kill(victim);
      leftAtKills.push(await left());
      // The other one goes on meanwhile.
      await start();
    }
    await eventually(left, (rows) => rows === 0, 120_000);
    const effects = await sql<Effects[]>`
      select job, count(distinct key)::int as keys, count(*)::int as runs, max(late_ms) as late_ms
      from effects group by job order by job`;
    const told = effects.map(
      ({ job, runs, late_ms: lateMs }) => `${job} ${runs} runs, at most ${Math.round(lateMs)} ms late`,
    );
    run.report(`killed with ${leftAtKills.join(', ')} of ${2 * JOBS} left: ${told.join('; ')}`);
    expect(leftAtKills.at(-1)).toBeGreaterThan(0);
    expect(effects).toMatchObject([
      { job: 'test.idempotent', keys: JOBS },
      { job: 'test.transactional', keys: JOBS, runs: JOBS },
    ]);
    if (run.isFull) for (const { late_ms: lateMs } of effects) expect(lateMs).toBeLessThan(LATE_LIMIT_MS);
  }, 600_000);
});
