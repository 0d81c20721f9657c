import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { Scheduler } from '../../../src/flows/scheduler/scheduler.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { makeDue } from '../../support/scheduled-jobs.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { countOf, idempotentJob, ScheduleTest, transactionalJob } from './scheduler-harness.js';

const JOBS = 120;
const HOUR_MS = 3_600_000;
const later = (): Date => new Date(Date.now() + HOUR_MS);

describe('the scheduler', () => {
  let test: FlowsTest;
  let schedule: ScheduleTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    schedule = new ScheduleTest(test);
  });
  afterEach(() => test.end());

  it(`carries out each of ${JOBS} due jobs once, by two processes, none before its moment`, async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const at = new Date(Date.now() + 500);
    const keys = Array.from({ length: JOBS }, () => newId());
    const workers = await Promise.all([
      schedule.start([transactionalJob()]),
      schedule.start([transactionalJob()]),
    ]);
    await api.get(Postgres).transaction(async (tx) => {
      for (const key of keys) await api.get(Scheduler).at(tx, schedule.job({ key, at }));
    });
    await schedule.done(api);
    const effects = await schedule.effects(api);
    expect(effects.map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
    expect(Math.min(...effects.map(({ late }) => late))).toBeGreaterThanOrEqual(0);
    const counts = workers.map((worker) => countOf(worker, 'succeeded'));
    expect(counts[0]).toBeGreaterThan(0);
    expect(counts[1]).toBeGreaterThan(0);
    expect((counts[0] ?? 0) + (counts[1] ?? 0)).toBe(JOBS);
  });

  it('schedules and cancels with the transaction, and with no other', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const { sql } = api.get(Postgres);
    const scheduler = api.get(Scheduler);
    const rolledBack = (work: Parameters<Postgres['transaction']>[0]) =>
      expect(
        api.get(Postgres).transaction(async (tx) => {
          await work(tx);
          throw new Error('rolled back');
        }),
      ).rejects.toThrow('rolled back');
    await rolledBack((tx) => scheduler.at(tx, schedule.job()));
    expect(await schedule.waiting(api)).toBe(0);

    const [kept, cancelled] = [schedule.job({ at: later() }), schedule.job({ at: later() })];
    await schedule.at(api, kept);
    await schedule.at(api, cancelled);
    await rolledBack((tx) => scheduler.cancel(tx, kept));
    await api.get(Postgres).transaction(async (tx) => {
      expect(await scheduler.cancel(tx, cancelled)).toBe(true);
      expect(await scheduler.cancel(tx, cancelled)).toBe(false);
      expect(await scheduler.cancel(tx, { ...kept, orgId: newId() })).toBe(false);
    });
    expect(
      (await sql`select key from scheduled_jobs where job like 'test.%'`).map((row) => row['key']),
    ).toEqual([kept.key]);
    await schedule.start([transactionalJob()]);
    await makeDue(api, kept);
    await schedule.done(api);
    expect((await schedule.effects(api)).map(({ key }) => key)).toEqual([kept.key]);
  });

  it('replaces what is scheduled under the same name, and nothing of another organisation', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const key = 'a flag';
    const otherOrg = newId();
    await schedule.at(api, { key, at: later(), payload: { note: 'first' } });
    await schedule.at(api, { key, orgId: otherOrg, payload: { note: 'theirs' } });
    await schedule.at(api, { key, payload: { note: 'second' } });
    await schedule.start([transactionalJob()]);
    await schedule.done(api);
    expect((await schedule.effects(api)).map(({ note }) => note).toSorted()).toEqual(['second', 'theirs']);
  });

  it('takes the jobs of an organisation away together', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const orgId = newId();
    for (let n = 0; n < 3; n += 1) await schedule.at(api, { orgId, at: later() });
    await schedule.at(api, { at: later() });
    const gone = await api.get(Postgres).transaction((tx) => api.get(Scheduler).cancelAll(tx, orgId));
    expect([gone, await schedule.waiting(api)]).toEqual([3, 1]);
  });

  it('refuses a job without a handler, and a payload that its handler refuses', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    await expect(schedule.at(api, { job: 'test.unknown' })).rejects.toThrow('test.unknown');
    await expect(schedule.at(api, { payload: { note: 1 } })).rejects.toThrow('expected string');
    expect(await schedule.waiting(api)).toBe(0);
  });

  it('leaves a job alone that only a newer version knows', async () => {
    const newer = await schedule.startApi([transactionalJob(), transactionalJob(undefined, 'test.newer')]);
    await schedule.start([transactionalJob()]);
    await schedule.at(newer, { job: 'test.newer' });
    await schedule.at(newer, { key: 'known' });
    await eventually(
      () => schedule.effects(newer),
      (effects) => effects.length === 1,
    );
    const rows = await newer.get(Postgres)
      .sql`select job, attempts from scheduled_jobs where job like 'test.%'`;
    expect(rows.map((row) => ({ ...row }))).toEqual([{ job: 'test.newer', attempts: 0 }]);
  });

  it('carries jobs out in the order of their moments', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const moments = [5, 1, 4, 2, 3].map((n) => ({ key: String(n), at: new Date(Date.now() - 60_000 + n) }));
    for (const each of moments) await schedule.at(api, each);
    await schedule.start([transactionalJob()], { tuning: { slots: 1 } });
    await schedule.done(api);
    expect((await schedule.effects(api)).map(({ key }) => key)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('lets a backlog of one job make no other late', async () => {
    const release = Promise.withResolvers<void>();
    const slow = idempotentJob(() => release.promise);
    const api = await schedule.startApi([slow, transactionalJob()]);
    for (let n = 0; n < 20; n += 1)
      await schedule.at(api, { job: 'test.elsewhere', at: new Date(Date.now() - HOUR_MS) });
    await schedule.at(api, { key: 'prompt' });
    await schedule.start([slow, transactionalJob()]);
    const effects = await eventually(
      () => schedule.effects(api),
      (found) => found.length === 1,
    );
    expect(effects[0]?.key).toBe('prompt');
    expect(await schedule.waiting(api)).toBe(20);
    release.resolve();
    await schedule.done(api);
  });

  it('runs nothing in a process that only answers requests', async () => {
    const api = await schedule.startApi([transactionalJob()]);
    const second = await schedule.startApi([transactionalJob()]);
    await schedule.at(api);
    const worker = await schedule.start([transactionalJob()]);
    await schedule.done(api);
    expect([api, second, worker].map((flows) => countOf(flows, 'succeeded'))).toEqual([0, 0, 1]);
  });
});
