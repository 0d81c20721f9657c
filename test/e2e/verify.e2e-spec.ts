import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { createTestApp, type Answer, request, type TestApp } from '../support/test-app.js';

interface Run {
  id: string;
  status: string;
  ok: boolean | null;
  remaining: number | null;
  checks: { name: string; compared: number; missing: number; repaired: number }[];
}

const PATH = '/api/v1/admin/verify';

describe('admin/verify', () => {
  let t: TestApp;
  let admin: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    admin = await seedTenant(t.app, { platformRole: 'admin' });
    for (let n = 0; n < 3; n += 1) {
      expect((await t.request('POST', '/api/v1/users', { body: newAccount() })).status).toBe(201);
    }
  });
  afterAll(() => t.close());

  const asAdmin = (method: string, path: string, options = {}): Promise<Answer> =>
    t.request(method, path, { token: admin.token, ...options });
  const ended = async (answer: Answer): Promise<Run> => {
    expect(answer.status).toBe(202);
    const { id } = answer.body as Run;
    expect(answer.headers['location']).toBe(`${PATH}/${id}`);
    return eventually(
      async () => (await asAdmin('GET', `${PATH}/${id}`)).body as Run,
      ({ status }) => status !== 'running',
      20_000,
    );
  };

  it('is for platform admins in person', async () => {
    const created = await asAdmin('POST', '/api/v1/api-keys', {
      body: { name: 'all', environment: 'test', scopes: ['*'] },
    });
    const { key } = created.body as { key: string };
    expect((await t.request('POST', PATH)).status).toBe(403);
    expect((await t.request('POST', PATH, { token: null })).status).toBe(401);
    expect((await t.request('POST', PATH, { token: null, headers: { 'x-api-key': key } })).status).toBe(403);
    expect((await t.request('GET', `${PATH}/${admin.userId}`)).status).toBe(403);
    expect((await asAdmin('GET', `${PATH}/${admin.userId}`)).status).toBe(404);
  });

  it('compares, repairs, and says what it found', async () => {
    const clean = await ended(await asAdmin('POST', PATH));
    expect(clean).toMatchObject({ status: 'done', ok: true, remaining: 0, failure: null });
    expect(clean.checks.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['outbox-activity', 'login-analytics', 'user-email', 'orphans', 'cache']),
    );
    expect(clean.checks[0]?.compared).toBeGreaterThanOrEqual(3);
    await t.app
      .get(Mongo)
      .connection.db?.collection('activity_logs')
      .deleteOne({ event_type: 'user.created' });
    const body = { only: ['outbox-activity'] };
    expect(await ended(await asAdmin('POST', PATH, { body }))).toMatchObject({
      ok: false,
      checks: [{ missing: 1 }],
    });
    // The key's transaction ends with the answer; what goes on is outside of it.
    const options = { body: { repair: true }, headers: { 'idempotency-key': admin.userId } };
    const repaired = await ended(await asAdmin('POST', PATH, options));
    expect(repaired).toMatchObject({ ok: true, repair: true, remaining: 0 });
    expect(repaired.checks[0]).toMatchObject({ missing: 1, repaired: 1 });
    expect(await ended(await asAdmin('POST', PATH))).toMatchObject({ ok: true });
  });

  it('runs one at a time', async () => {
    const [first, second] = await Promise.all([asAdmin('POST', PATH), asAdmin('POST', PATH)]);
    const [accepted, refused] = first?.status === 202 ? [first, second] : [second, first];
    expect(refused).toMatchObject({ status: 409, body: { code: 'admin.verify_running' } });
    if (!accepted) throw new Error('No answer');
    await ended(accepted);
  });

  it('is answered by every instance, also for one that has ended before it was done', async () => {
    const { id } = (await asAdmin('POST', PATH)).body as Run;
    const other = await createApp(t.stores.config);
    try {
      const seen = async () =>
        (await request(other, 'GET', `${PATH}/${id}`, { token: admin.token })).body as Run;
      const run = await eventually(seen, ({ status }) => status !== 'running');
      expect(run).toMatchObject({ id, status: 'done', ok: true, remaining: 0 });
      expect(run.checks.length).toBeGreaterThan(3);
      await t.app.get(Postgres).sql`
        update verify_runs set run = jsonb_set(run, '{status}', '"running"'), heard_at = now() - interval '1 minute'
        where id = ${id}`;
      expect(await seen()).toMatchObject({ status: 'failed', failure: expect.stringContaining('has ended') });
    } finally {
      await other.close();
    }
  });

  it('refuses what it does not know', async () => {
    const unknown = await asAdmin('POST', PATH, { body: { only: ['moods'] } });
    expect(unknown).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'only', code: 'unknown_check' }] },
    });
    expect((await asAdmin('POST', PATH, { body: { fix: true } })).status).toBe(422);
    expect((await asAdmin('POST', PATH, { body: { only: [] } })).status).toBe(422);
  });
});
