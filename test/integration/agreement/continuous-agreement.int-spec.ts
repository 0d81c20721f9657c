import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../../src/app.setup.js';
import { newId } from '../../../src/common/ids/ids.js';
import { Agreement } from '../../../src/flows/agreement/agreement.js';
import { AgreementTuning } from '../../../src/flows/agreement/agreement-tuning.js';
import { JobCounters } from '../../../src/flows/scheduler/job-counters.js';
import { Jobs } from '../../../src/flows/scheduler/jobs.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { parsePrometheus, type Sample, valueOf } from '../../support/prometheus.js';
import { makePeriodDue } from '../../support/scheduled-jobs.js';
import { request, type TestApp } from '../../support/test-app.js';
import { type Document, ReconciledService } from '../reconciliation/reconciled-service.js';

interface AgreementMember {
  last_pass_at: string | null;
  checked: number;
  differences: number;
  recent_checked_at: string | null;
}

const OVERVIEW = '/api/v1/admin/overview';
const RECENT = 'agreement.recent';
const PASS = 'agreement.pass';
/** As little rest as a test can bear, and two looks that follow each other at once. */
const AT_ONCE: Partial<AgreementTuning> = { recentShare: 0.9, passShare: 0.9 };

describe('continuous agreement', () => {
  let service: ReconciledService;
  let t: TestApp;
  let admin: Tenant;
  beforeAll(async () => {
    service = await ReconciledService.start({ VERIFY_EVERY: '1h' });
    t = service.t;
    Object.assign(t.app.get(AgreementTuning, { strict: false }), AT_ONCE);
    admin = await seedTenant(t.app, { platformRole: 'admin' });
  });
  afterAll(() => service.close());
  afterEach(async () => {
    await service.verify({ isRepair: true });
    await service.sql`delete from agreement_differences`;
  });

  const agreement = async (): Promise<AgreementMember> => {
    const { status, body } = await t.request('GET', OVERVIEW, { token: admin.token });
    expect(status).toBe(200);
    return (body as { agreement: AgreementMember }).agreement;
  };
  const scrape = async (): Promise<Sample[]> =>
    parsePrometheus((await t.request('GET', '/metrics', { token: null })).text);
  /** A scrape may show what was read up to a second ago. */
  const untilDifferences = (check: string, expected: number): Promise<unknown> =>
    eventually(
      async () => valueOf(await scrape(), 'triptych_agreement_differences', { check }),
      (found) => found === expected,
      5_000,
    );
  /** One run of the job by the scheduler, which is waited for. */
  const runOf = async (job: string): Promise<void> => {
    const done = (): number =>
      t.app
        .get(JobCounters)
        .all.filter((run) => run.job === job && run.outcome === 'succeeded')
        .reduce((sum, { count }) => sum + count, 0);
    const before = done();
    await eventually(
      () =>
        makePeriodDue(t.app, job).then(
          () => true,
          () => false,
        ),
      (isDue) => isDue,
    );
    await eventually(
      () => Promise.resolve(done()),
      (now) => now > before,
    );
  };
  const entryOf = async (userId: string): Promise<Document> => {
    const found = await service
      .collection('activity_logs')
      .findOne({ resource_id: userId, event_type: 'user.created' });
    if (!found) throw new Error('No entry');
    return found;
  };

  it('says that nothing differs, and when it looked', async () => {
    await service.createUser();
    await service.settled();
    await runOf(RECENT);
    await runOf(PASS);
    const member = await agreement();
    expect(member).toMatchObject({ differences: 0 });
    expect(member.checked).toBeGreaterThan(3);
    for (const at of [member.last_pass_at, member.recent_checked_at])
      expect(Date.now() - Date.parse(at ?? '')).toBeLessThan(60_000);
    const samples = await scrape();
    expect(valueOf(samples, 'triptych_agreement_differences', { check: 'outbox-activity' })).toBe(0);
    for (const scope of ['recent', 'pass'])
      expect(valueOf(samples, 'triptych_agreement_checked_records', { scope })).toBeGreaterThan(0);
  });

  it('finds in the next look each kind of difference in what has changed lately, and sees that it is gone', async () => {
    const users = [await service.createUser(), await service.createUser(), await service.createUser()];
    const [deleted, altered, readdressed] = users.map(({ id }) => id);
    const money = await t.request('POST', '/api/v1/transactions', {
      body: { user_id: 'u', amount: '5.00', transaction_type: 'credit' },
    });
    expect(money.status).toBe(201);
    const config = await t.request('PUT', '/api/v1/configs/production/limits', {
      body: { content: { a: 1 } },
    });
    expect([200, 201]).toContain(config.status);
    const document = await t.request('PUT', '/api/v1/documents/lately', { body: { data: { a: 1 } } });
    expect([200, 201]).toContain(document.status);
    await service.settled();
    const activity = service.collection('activity_logs');
    await activity.deleteOne({ _id: (await entryOf(deleted ?? ''))._id });
    await activity.updateOne({ _id: (await entryOf(altered ?? ''))._id }, { $set: { payload: { a: 1 } } });
    await activity.updateOne(
      { _id: (await entryOf(readdressed ?? ''))._id },
      { $set: { user_email: 'somebody@else.example' } },
    );
    await activity.updateOne(
      { resource_type: 'document', source: 'effect' },
      { $set: { payload: { a: 1 } } },
    );
    await service.sql`update transactions set amount = 6 where id = ${(money.body as { id: number }).id}`;
    await service.sql`update config_versions set content = '{"a":2}'`;
    await service
      .post({ event_type: 'page_view' })
      .then(({ id }) => activity.updateOne({ _id: String(id) }, { $set: { organization_id: newId() } }));
    await runOf(RECENT);
    await untilDifferences('transactions', 1);
    const samples = await scrape();
    const found = Object.fromEntries(
      samples
        .filter(({ name, value }) => name === 'triptych_agreement_differences' && value > 0)
        .map(({ labels, value }) => [labels['check'], value]),
    );
    expect(found).toMatchObject({
      'outbox-activity': 2,
      'user-email': 2,
      effects: 1,
      'config-checksums': 1,
      transactions: 1,
    });
    expect((await agreement()).differences).toBe(7);
    await service.sql`update transactions set amount = 5`;
    await service.sql`update config_versions set content = '{"a":1}'`;
    await service.verify({ isRepair: true });
    await runOf(RECENT);
    expect((await agreement()).differences).toBe(0);
  });

  it('finds a difference in what is old in the next pass, and keeps it in sight until it is gone', async () => {
    const user = await service.createUser();
    await service.settled();
    const entry = await entryOf(user.id);
    const tuning = t.app.get(AgreementTuning, { strict: false });
    Object.assign(tuning, { recentMs: 0 });
    try {
      await service.collection('activity_logs').deleteOne({ _id: entry._id });
      await runOf(RECENT);
      await untilDifferences('outbox-activity', 0);
      await runOf(PASS);
      await untilDifferences('outbox-activity', 1);
      // A look at what has changed lately says nothing of it.
      await runOf(RECENT);
      await untilDifferences('outbox-activity', 1);
      await service.collection('activity_logs').insertOne(entry);
      await runOf(PASS);
      await untilDifferences('outbox-activity', 0);
    } finally {
      Object.assign(tuning, { recentMs: 600_000 });
    }
  });

  it('goes on looking at what it has found once that is no more recent', async () => {
    const user = await service.createUser();
    await service.settled();
    const entry = await entryOf(user.id);
    await service.collection('activity_logs').deleteOne({ _id: entry._id });
    await runOf(RECENT);
    const tuning = t.app.get(AgreementTuning, { strict: false });
    Object.assign(tuning, { recentMs: 0 });
    try {
      await runOf(RECENT);
      await untilDifferences('outbox-activity', 1);
      await service.collection('activity_logs').insertOne(entry);
      await runOf(RECENT);
      await untilDifferences('outbox-activity', 0);
    } finally {
      Object.assign(tuning, { recentMs: 600_000 });
    }
  });

  it('ends at once where the process stops, and is run by another instance', async () => {
    const slow = { ...AT_ONCE, passShare: 0.000_01, recentShare: 0.000_01 };
    const other = await createApp(t.stores.config);
    Object.assign(other.get(AgreementTuning, { strict: false }), slow);
    const stopped = other.get(Agreement, { strict: false }).pass(new AbortController().signal);
    const failed = expect(stopped).rejects.toThrow('stopping');
    const startedAt = performance.now();
    await other.close();
    await failed;
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    await runOf(PASS);
  });

  it('repairs where it is told to, and only there', async () => {
    const user = await service.createUser();
    await service.settled();
    const entry = await entryOf(user.id);
    await service.collection('activity_logs').deleteOne({ _id: entry._id });
    await t.app.get(Agreement, { strict: false }).lookAtRecent(new AbortController().signal);
    expect(await service.collection('activity_logs').findOne({ _id: entry._id })).toBeNull();
    const config = parseConfig({ ...t.stores.env, VERIFY_REPAIR: 'on', PROCESS_ROLE: 'api' });
    const repairing = await createApp(config);
    try {
      Object.assign(repairing.get(AgreementTuning, { strict: false }), AT_ONCE);
      const agreed = repairing.get(Agreement, { strict: false });
      await agreed.lookAtRecent(new AbortController().signal);
      expect(agreed.repaired).toBe(1);
    } finally {
      await repairing.close();
    }
    expect(await service.collection('activity_logs').findOne({ _id: entry._id })).toEqual(entry);
    expect((await agreement()).differences).toBe(0);
  });

  it('is no job where it is off', async () => {
    const config = parseConfig({ ...t.stores.env, VERIFY_EVERY: 'off', PROCESS_ROLE: 'api' });
    const without = await createApp(config);
    try {
      expect(without.get(Jobs).names).not.toContain(PASS);
      expect(without.get(Jobs).names).not.toContain(RECENT);
      const { text } = await request(without, 'GET', '/metrics');
      expect(text).not.toContain('triptych_agreement_');
    } finally {
      await without.close();
    }
  });
});
