import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newId } from '../../../src/common/ids/ids.js';
import { JobQueue } from '../../../src/flows/scheduler/job-queue.pg.repository.js';
import { JobStats } from '../../../src/flows/scheduler/job-stats.js';
import { Postgres } from '../../../src/stores/postgres/postgres.js';
import { eventually } from '../../support/eventually.js';
import type { Flows } from '../flows/support/flows-harness.js';
import { FlowsTest } from '../flows/support/flows-test.js';
import { ScheduleTest, transactionalJob } from './scheduler-harness.js';

const WAITING = 50_000;
const CLAIMS = 20;

describe(`a schedule of ${WAITING} jobs, of which the table was believed to be empty`, () => {
  let test: FlowsTest;
  let api: Flows;
  beforeAll(async () => {
    test = await FlowsTest.begin();
    api = await new ScheduleTest(test).startApi([
      transactionalJob(),
      transactionalJob(undefined, 'test.other'),
    ]);
    const { sql } = api.get(Postgres);
    await sql`vacuum analyze scheduled_jobs`;
    // Half is due long since, of a job that this version does not know; the rest is due later.
    await sql`
      insert into scheduled_jobs (id, job, organization_id, key, due_at, available_at)
      select gen_random_uuid(), case when n % 2 = 0 then 'test.gone' else 'test.effect' end, ${newId()}, n::text, at, at
      from (select n, now() + case when n % 2 = 0 then -1 else 1 end * interval '1 hour' as at
        from generate_series(1, ${WAITING}::int) as n) as jobs`;
    await sql`
      insert into scheduled_jobs (id, job, organization_id, key, due_at, available_at)
      select gen_random_uuid(), 'test.other', ${newId()}, n::text, now(), now() from generate_series(1, ${CLAIMS}::int) as n`;
    await sql`select pg_stat_reset_single_table_counters('scheduled_jobs'::regclass)`;
  });
  afterAll(() => test.end());

  it('is neither scanned nor walked through by a claim or a look at the clock', async () => {
    const capacities = ['test.effect', 'test.other'].map((job) => ({ job, free: 1 }));
    for (let n = 0; n < CLAIMS; n += 1) {
      expect(await api.get(JobQueue).claim(capacities, 8)).toHaveLength(1);
      expect(await api.get(JobQueue).nextDueInMs(['test.effect'])).toBeGreaterThan(3_000_000);
    }
    expect(await api.get(JobStats).snapshot()).toMatchObject({ due: 0, deadLetters: 0 });
    const { sql } = api.get(Postgres);
    // Sessions report what they have read about once a second.
    const [read] = await eventually(
      () => sql<{ scans: string; rows: string; sequential: string }[]>`
        select idx_scan::text as scans, idx_tup_fetch::text as rows, seq_scan::text as sequential
        from pg_stat_user_tables where relname = 'scheduled_jobs'`,
      ([row]) => Number(row?.scans) >= 5 * CLAIMS,
    );
    expect(read?.sequential).toBe('0');
    expect(Number(read?.rows)).toBeLessThan(CLAIMS * 20);
  });
});
