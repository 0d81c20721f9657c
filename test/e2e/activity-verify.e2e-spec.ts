import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Sealer } from '../../src/modules/audit/checkpoints/sealer.js';
import { CheckpointTuning } from '../../src/modules/audit/checkpoints/checkpoint-tuning.js';
import { ACTIVITY_COLLECTION } from '../../src/modules/activity/activity-log.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';

const PATH = '/api/v1/activity/verify';

const verificationShape = z.strictObject({
  ok: z.boolean(),
  checked: z.int(),
  sealed_until: z.iso.datetime({ precision: 3 }).nullable(),
  unsealed: z.int(),
  head: z.strictObject({ sequence: z.int(), digest: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  findings: z.array(
    z.strictObject({
      kind: z.string(),
      entry_id: z.string().nullable(),
      checkpoint: z.int().nullable(),
      detail: z.string(),
    }),
  ),
  findings_total: z.int(),
});

describe('GET activity/verify', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
    // Seals what has an id by now.
    Object.assign(t.app.get(CheckpointTuning, { strict: false }), { settleMs: -1_000 });
  });
  afterAll(() => t.close());

  const verify = async (query = '') => {
    const answer = await t.request('GET', PATH + query);
    expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
    return verificationShape.parse(answer.body);
  };

  const sealAndVerify = async () => {
    await t.app.get(Sealer, { strict: false }).seal(new AbortController().signal);
    return verify();
  };

  it('says that nothing is sealed yet, then what is, then what somebody did to it', async () => {
    await t.request('POST', '/api/v1/users', { body: newAccount() });
    await t.request('POST', '/api/v1/activity', { body: { event_type: 'page_view', payload: { page: 1 } } });
    expect(await verify()).toEqual({
      ok: true,
      checked: 0,
      sealed_until: null,
      unsealed: 2,
      head: null,
      findings: [],
      findings_total: 0,
    });

    // What is delivered is marked a moment after it can be read, and sealed only then.
    const clean = await eventually(sealAndVerify, ({ unsealed }) => unsealed === 0);
    expect(clean).toMatchObject({ ok: true, checked: 2, unsealed: 0, head: { sequence: 1 } });
    expect(await verify(`?known_head=1:${clean.head?.digest}`)).toMatchObject({ ok: true });
    expect(await verify(`?known_head=1:${'0'.repeat(64)}`)).toMatchObject({
      ok: false,
      findings: [{ kind: 'checkpoint_altered', entry_id: null, checkpoint: 1 }],
    });
    expect(await verify('?from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00%2B02:00')).toMatchObject({
      ok: true,
      checked: 0,
    });

    const { db } = t.app.get(Mongo).connection;
    await db?.collection(ACTIVITY_COLLECTION).updateOne({ source: 'api' }, { $set: { 'payload.page': 2 } });
    expect(await verify()).toMatchObject({ ok: false, checked: 2, findings_total: 1 });
  });

  it('is not taken for the id of an entry, and nothing keeps its answer', async () => {
    const answer = await t.request('GET', PATH);
    expect(answer.status).toBe(200);
    expect(answer.headers['cache-status'] ?? '').not.toMatch(/hit|stored/);
    expect((await t.request('GET', '/api/v1/activity/verified')).status).toBe(404);
  });

  it.each(['POST', 'PUT', 'DELETE'])('has no %s', async (method) => {
    expect((await t.request(method, PATH)).status).toBe(405);
  });

  it.each([
    ['owner', 200],
    ['admin', 200],
    ['member', 403],
    ['viewer', 403],
  ] as const)('answers %s with %i', async (role, status) => {
    const { token } = await seedTenant(t.app, { orgId: t.tenant.orgId, role });
    expect((await request(t.app, 'GET', PATH, { token })).status).toBe(status);
  });

  it('answers keys that may read the activity, and no others, and nobody without a credential', async () => {
    const statusWith = async (scopes: string[]): Promise<number> => {
      const created = await t.request('POST', '/api/v1/api-keys', {
        body: { name: 'auditor', scopes, environment: 'test' },
      });
      const { key } = z.object({ key: z.string() }).parse(created.body);
      return (await request(t.app, 'GET', PATH, { token: key })).status;
    };
    expect(await statusWith(['activity:read'])).toBe(200);
    expect(await statusWith(['users:read'])).toBe(403);
    expect((await request(t.app, 'GET', PATH)).status).toBe(401);
  });

  it('shows an organisation its own log alone', async () => {
    const other = await seedTenant(t.app);
    const answer = await request(t.app, 'GET', PATH, { token: other.token });
    expect(verificationShape.parse(answer.body)).toMatchObject({ checked: 0, unsealed: 0, head: null });
  });

  it.each(['?from=yesterday', '?known_head=1', '?known_head=0:00', '?limit=5', '?from[$gt]=1'])(
    'refuses %s',
    async (query) => {
      const answer = await t.request('GET', PATH + query);
      expect(answer.status).toBe(400);
      problemShape.parse(answer.body);
    },
  );

  it('does one at a time, and says so', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => t.request('GET', PATH)));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 503, 503]);
    const refused = answers.find(({ status }) => status === 503);
    expect(problemShape.parse(refused?.body).code).toBe('audit.verification_under_way');
    expect(refused?.headers['retry-after']).toBe('5');
    await verify();
  });

  it('is 503 while MongoDB is down, and free again afterwards', async () => {
    const away = await createTestApp({ MONGODB_URI: 'mongodb://127.0.0.1:1/none?directConnection=true' });
    for (let n = 0; n < 2; n += 1) {
      const answer = await away.request('GET', PATH);
      expect(answer.status).toBe(503);
      expect(problemShape.parse(answer.body).code).toBe('service.store_unavailable');
    }
    await away.close();
  });

  it('of one organisation, however often it asks, is refused to no other one', async () => {
    const other = await seedTenant(t.app);
    const flood = Promise.all(Array.from({ length: 60 }, () => t.request('GET', PATH)));
    const statuses: number[] = [];
    for (let n = 0; n < 10; n += 1)
      statuses.push((await t.request('GET', PATH, { token: other.token })).status);
    expect(statuses).toEqual(Array.from({ length: 10 }, () => 200));
    const answers = await flood;
    const refused = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 200).length + refused.length).toBe(60);
    for (const { body, headers } of refused) {
      expect(problemShape.parse(body).code).toBe('audit.verification_under_way');
      expect(headers['retry-after']).toBe('5');
    }
  });
});
