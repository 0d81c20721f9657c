import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Jobs } from '../../src/flows/scheduler/jobs.js';
import { PeriodicJobs } from '../../src/flows/scheduler/periodic-jobs.pg.repository.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { makePeriodDue } from '../support/scheduled-jobs.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

interface Job {
  name: string;
  last_run_at: string | null;
  last_outcome: string | null;
  next_run_at: string;
}

const PATH = '/api/v1/admin/jobs';
const HOUR_MS = 3_600_000;

describe('admin/jobs', () => {
  let t: TestApp;
  let admin: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    admin = await seedTenant(t.app, { platformRole: 'admin' });
    const jobs = t.app.get(Jobs);
    jobs.register({ name: 'test.hourly', kind: 'periodic', everyMs: HOUR_MS, run: () => Promise.resolve() });
    await t.app.get(PeriodicJobs).declare(jobs.periodic);
  });
  afterAll(() => t.close());

  const hourly = async (): Promise<Job | undefined> => {
    const { status, body } = await t.request('GET', PATH, { token: admin.token });
    expect(status).toBe(200);
    return (body as { data: Job[] }).data.find(({ name }) => name === 'test.hourly');
  };

  it('is for platform admins', async () => {
    expect((await t.request('GET', PATH)).status).toBe(403);
    expect((await t.request('GET', PATH, { token: null })).status).toBe(401);
  });

  it('says of each periodic job how it last went and when it comes next', async () => {
    const before = await hourly();
    expect(before).toEqual({
      name: 'test.hourly',
      last_run_at: null,
      last_outcome: null,
      next_run_at: expect.stringMatching(/Z$/),
    });
    await makePeriodDue(t.app, 'test.hourly');
    const after = await eventually(hourly, (job) => job?.last_outcome === 'succeeded');
    expect(Date.parse(after?.last_run_at ?? '')).toBeGreaterThan(0);
    expect(Date.parse(after?.next_run_at ?? '')).toBeGreaterThan(Date.now());
  });

  it('counts its runs in the metrics', async () => {
    const { text } = await t.request('GET', '/metrics');
    expect(text).toContain('triptych_jobs_run_total{job="test.hourly",outcome="succeeded"} 1');
    expect(text).toMatch(/^triptych_jobs_due 0$/m);
    expect(text).toMatch(/^triptych_jobs_dead_letters 0$/m);
  });
});
