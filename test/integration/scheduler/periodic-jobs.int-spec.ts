import { Injectable, type Provider } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { PeriodicJobs } from '../../../src/flows/scheduler/periodic-jobs.pg.repository.js';
import { type PeriodicJob, ScheduledJob } from '../../../src/flows/scheduler/scheduled-job.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import { makePeriodDue } from '../../support/scheduled-jobs.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { ScheduleTest } from './scheduler-harness.js';

const NAME = 'test.periodic';
const HOUR_MS = 3_600_000;

function periodicJob(run: PeriodicJob['run'], everyMs: number): Provider {
  @ScheduledJob()
  @Injectable()
  class TestPeriod implements PeriodicJob {
    readonly name = NAME;
    readonly kind = 'periodic';
    readonly everyMs = everyMs;
    readonly run = run;
  }
  return TestPeriod;
}

describe('a periodic job', () => {
  let test: FlowsTest;
  let schedule: ScheduleTest;
  beforeEach(async () => {
    test = await FlowsTest.begin();
    schedule = new ScheduleTest(test);
  });
  afterEach(() => test.end());

  it('is run by one of three processes in each period', async () => {
    const periods: number[] = [];
    const job = periodicJob(({ dueAt }) => {
      periods.push(dueAt.getTime());
      return Promise.resolve();
    }, 150);
    await Promise.all([schedule.start([job]), schedule.start([job]), schedule.start([job])]);
    await eventually(
      () => Promise.resolve(periods.length),
      (count) => count >= 8,
    );
    const seen = [...periods];
    expect(new Set(seen).size).toBe(seen.length);
    const first = seen[0] ?? 0;
    // Periods may be left out on a busy machine, but none begins anywhere else.
    expect(seen.every((dueAt) => (dueAt - first) % 150 === 0)).toBe(true);
  });

  it('says how its last run went and when the next one is', async () => {
    let isBroken = true;
    const job = periodicJob(
      () => (isBroken ? Promise.reject(new Error('broken')) : Promise.resolve()),
      HOUR_MS,
    );
    const worker = await schedule.start([job], { tuning: { maxAttempts: 2 } });
    const listed = () => worker.get(PeriodicJobs).list([NAME]);
    const [declared] = await eventually(listed, (rows) => rows.length === 1);
    expect(declared).toMatchObject({ name: NAME, lastRunAt: null, lastOutcome: null });
    await makePeriodDue(worker, NAME);
    const isAhead = (moment: Date | undefined): boolean =>
      moment !== undefined && moment.getTime() > Date.now() + HOUR_MS / 2;
    const [failed] = await eventually(
      listed,
      ([row]) => row?.lastOutcome === 'failed' && isAhead(row.nextRunAt),
    );
    expect(failed?.lastRunAt).toBeInstanceOf(Date);
    const [row] = await worker.get(Postgres).sql`
      select attempts, last_error, dead_at from scheduled_jobs where job = ${NAME}`;
    expect({ ...row }).toEqual({ attempts: 0, last_error: 'broken', dead_at: null });
    isBroken = false;
    await makePeriodDue(worker, NAME);
    const [succeeded] = await eventually(listed, ([each]) => each?.lastOutcome === 'succeeded');
    expect(isAhead(succeeded?.nextRunAt)).toBe(true);
    expect(await worker.get(PeriodicJobs).list(['test.other'])).toEqual([]);
  });

  it('keeps its row over restarts, and takes another period from the next start on', async () => {
    const idle = (everyMs: number) => periodicJob(() => Promise.resolve(), everyMs);
    const first = await schedule.start([idle(HOUR_MS)]);
    const listed = (flows = first) => flows.get(PeriodicJobs).list([NAME]);
    const [declared] = await eventually(listed, (rows) => rows.length === 1);
    const second = await schedule.start([idle(HOUR_MS)]);
    await second.get(PeriodicJobs).declare([{ name: NAME, everyMs: HOUR_MS }]);
    expect(await listed(second)).toEqual([declared]);
    await second.get(PeriodicJobs).declare([{ name: NAME, everyMs: 2 * HOUR_MS }]);
    const [changed] = await listed(second);
    expect(changed?.nextRunAt.getTime()).toBeGreaterThan(Date.now() + 1.5 * HOUR_MS);
  });
});
