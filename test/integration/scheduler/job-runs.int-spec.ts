import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { DeadLetters } from '../../../src/flows/dead-letters/dead-letters.js';
import { JobStats } from '../../../src/flows/scheduler/job-stats.js';
import { JobTransactions } from '../../../src/flows/scheduler/job-transactions.js';
import { Scheduler } from '../../../src/flows/scheduler/scheduler.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { StoreUnavailable } from '../../../src/stores/store-unavailable.js';
import { eventually } from '../../support/eventually.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { countOf, idempotentJob, ScheduleTest, transactionalJob, type Within } from './scheduler-harness.js';

const never = new Promise<never>(() => undefined);

/** A gate in the middle of a run: who waits at it says so. */
function gate() {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const pass = async (): Promise<void> => {
    reached.resolve();
    await opened.promise;
  };
  return { reached: reached.promise, open: () => opened.resolve(), pass };
}

describe('a run', () => {
  let test: FlowsTest;
  let schedule: ScheduleTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    schedule = new ScheduleTest(test);
  });
  afterEach(() => test.end());

  it('that fails has no effect and is repeated, then is a dead letter that can be retried', async () => {
    let isBroken = true;
    const failing: Within = () => {
      if (isBroken) throw new Error('broken \0 as ever');
    };
    const api = await schedule.startApi([transactionalJob()]);
    const job = schedule.job({ payload: { note: 'poison' } });
    await schedule.at(api, job);
    await schedule.at(api, { key: 'healthy', payload: { note: '' } });
    const workers = [
      await schedule.start(
        [transactionalJob((due, tx) => (due.key === 'healthy' ? undefined : failing(due, tx)))],
        {
          tuning: { maxAttempts: 3 },
        },
      ),
    ];
    const [letter] = await eventually(
      () => api.get(DeadLetters).list(10),
      (letters) => letters.length === 1,
    );
    expect(letter).toMatchObject({
      ...{ source: 'scheduler', type: 'test.effect', aggregate: job.key, orgId: schedule.orgId },
      ...{ attempts: 3, lastError: 'broken  as ever' },
    });
    expect(await api.get(DeadLetters).find(letter?.id ?? '')).toMatchObject({ payload: { note: 'poison' } });
    expect(await api.get(JobStats).snapshot()).toMatchObject({ deadLetters: 1 });
    expect((await schedule.effects(api)).map(({ key }) => key)).toEqual(['healthy']);
    expect(workers.map((worker) => countOf(worker, 'failed'))).toEqual([3]);
    isBroken = false;
    expect(await api.get(DeadLetters).retryAll('scheduler')).toBe(1);
    await schedule.done(api);
    expect(await schedule.effects(api)).toHaveLength(2);
    expect(await api.get(DeadLetters).list(10)).toEqual([]);
  });

  it('whose job is cancelled or replaced meanwhile has no effect', async () => {
    const { reached, open, pass } = gate();
    let runs = 0;
    const waiting = transactionalJob(() => ((runs += 1) === 1 ? pass() : undefined));
    const api = await schedule.startApi([waiting]);
    const worker = await schedule.start([waiting]);
    const job = schedule.job({ payload: { note: 'old' } });
    await schedule.at(api, job);
    await reached;
    await schedule.at(api, { ...job, payload: { note: 'new' } });
    open();
    await schedule.done(api);
    await eventually(
      () => Promise.resolve(countOf(worker, 'lost')),
      (lost) => lost === 1,
    );
    expect((await schedule.effects(api)).map(({ note }) => note)).toEqual(['new']);
  });

  it('does not wait for a request that cancels it, nor that one for it', async () => {
    const { reached, open, pass } = gate();
    const waiting = transactionalJob(() => pass());
    const api = await schedule.startApi([waiting]);
    await schedule.start([waiting]);
    const job = schedule.job();
    await schedule.at(api, job);
    await reached;
    expect(await api.get(Postgres).transaction((tx) => api.get(Scheduler).cancel(tx, job))).toBe(true);
    open();
    await schedule.done(api);
    expect(await schedule.effects(api)).toEqual([]);
  });

  it('may schedule its own job anew, or cancel it', async () => {
    let worker: Awaited<ReturnType<ScheduleTest['start']>> | null = null;
    const again: Within = async ({ payload, attempts: _, ...due }, tx) => {
      const note = `${payload?.note ?? ''}+`;
      if (note === '+++') expect(await worker?.get(Scheduler).cancel(tx, due)).toBe(true);
      else await worker?.get(Scheduler).at(tx, { ...due, at: new Date(), payload: { note } });
    };
    const api = await schedule.startApi([transactionalJob(again)]);
    worker = await schedule.start([transactionalJob(again)]);
    await schedule.at(api, { payload: { note: '' } });
    await eventually(
      () => schedule.effects(api),
      (effects) => effects.length === 3,
    );
    await schedule.done(api);
    expect((await schedule.effects(api)).map(({ note }) => note)).toEqual(['', '+', '++']);
  });

  it('whose store is away is put off without counting as an attempt', async () => {
    let failures = 0;
    const away = idempotentJob(() => {
      failures += 1;
      return failures < 30 ? Promise.reject(new StoreUnavailable('mongodb')) : Promise.resolve();
    });
    const api = await schedule.startApi([away]);
    await schedule.at(api, { job: 'test.elsewhere' });
    const worker = await schedule.start([away], { tuning: { maxAttempts: 2, deferMs: 1 } });
    await schedule.done(api);
    await eventually(
      () => Promise.resolve(countOf(worker, 'succeeded', 'test.elsewhere')),
      (count) => count === 1,
    );
    expect(countOf(worker, 'deferred', 'test.elsewhere')).toBe(29);
  });

  it('that takes too long counts as failed, is told so, and frees its place', async () => {
    const signals: AbortSignal[] = [];
    const hanging = idempotentJob(
      ({ signal, attempts }) => {
        signals.push(signal);
        return attempts === 0 ? never : Promise.resolve();
      },
      { timeoutMs: 50 },
    );
    const api = await schedule.startApi([hanging]);
    await schedule.at(api, { job: 'test.elsewhere' });
    await schedule.start([hanging], { tuning: { slots: 1 } });
    await schedule.done(api);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('goes on for longer than a lease, and no other process takes it', async () => {
    let runs = 0;
    const { reached, open, pass } = gate();
    const slow = idempotentJob(async () => {
      runs += 1;
      await pass();
    });
    const api = await schedule.startApi([slow]);
    await schedule.at(api, { job: 'test.elsewhere' });
    const tuning = { leaseMs: 400, renewMs: 20 };
    await Promise.all([schedule.start([slow], { tuning }), schedule.start([slow], { tuning })]);
    await reached;
    const { sql } = api.get(Postgres);
    const [first] =
      await sql`select available_at from scheduled_jobs where job = 'test.elsewhere' and lease_owner is not null`;
    await eventually(
      () =>
        sql`select extract(epoch from available_at - ${first?.['available_at'] as Date}) > 1 as is_later from scheduled_jobs where job = 'test.elsewhere' and lease_owner is not null`,
      ([row]) => row?.['is_later'] === true,
    );
    open();
    await schedule.done(api);
    expect(runs).toBe(1);
  });

  it('of a process that no longer prolongs its lease is taken over, and only one of the two has an effect', async () => {
    const { reached, open, pass } = gate();
    const stuck = transactionalJob(() => pass());
    const api = await schedule.startApi([stuck]);
    await schedule.at(api);
    const frozen = await schedule.start([stuck], { tuning: { leaseMs: 100, renewMs: 600_000 } });
    await reached;
    await schedule.start([transactionalJob()]);
    await schedule.done(api);
    open();
    await eventually(
      () => Promise.resolve(countOf(frozen, 'lost')),
      (lost) => lost === 1,
    );
    expect(await schedule.effects(api)).toHaveLength(1);
  });

  it('is repeated where the process died before its end was recorded', async () => {
    const keys: string[] = [];
    const noted = idempotentJob(({ key }) => {
      keys.push(key);
      return Promise.resolve();
    });
    const api = await schedule.startApi([transactionalJob(), noted]);
    await schedule.at(api, { key: 'transactional' });
    const dying = await schedule.start([transactionalJob(), noted], {
      tuning: { leaseMs: 100, renewMs: 600_000, drainMs: 0 },
    });
    // The effect is committed with the removal or not at all, so it dies before that.
    dying.get(JobTransactions).run = () => never;
    await eventually(
      () =>
        api.get(Postgres)
          .sql`select 1 from scheduled_jobs where job like 'test.%' and lease_owner is not null`,
      (rows) => rows.length === 1,
    );
    const heir = await schedule.start([transactionalJob(), noted]);
    await schedule.done(api);
    expect(countOf(heir, 'succeeded') + countOf(dying, 'succeeded')).toBe(1);
    expect(await schedule.effects(api)).toHaveLength(1);
  });

  it('is finished before the process stops, or given back where it takes too long', async () => {
    const gates = [gate(), gate()];
    const waiting = (index: number) => idempotentJob(() => gates[index]?.pass() ?? never);
    const api = await schedule.startApi([waiting(0)]);
    const patient = await schedule.start([waiting(0)]);
    await schedule.at(api, { job: 'test.elsewhere' });
    await gates[0]?.reached;
    const stopped = test.stop(patient);
    gates[0]?.open();
    await stopped;
    expect(await schedule.waiting(api)).toBe(0);

    const hasty = await schedule.start([waiting(1)], { tuning: { drainMs: 10, leaseMs: 600_000 } });
    await schedule.at(api, { job: 'test.elsewhere', key: newId() });
    await gates[1]?.reached;
    await test.stop(hasty);
    const rows = await api.get(Postgres).sql`
      select 1 from scheduled_jobs where job like 'test.%' and lease_owner is null and available_at <= clock_timestamp()`;
    expect(rows).toHaveLength(1);
    gates[1]?.open();
  });
});
