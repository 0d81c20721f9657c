import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newId } from '../../src/common/ids/ids.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Redis } from '../../src/stores/redis/redis.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const transactionsShape = z.strictObject({
  success: z.literal(true),
  key: z.string(),
  value: z.array(
    z.strictObject({
      id: z.number(),
      user_id: z.string(),
      amount: z.number(),
      transaction_type: z.string(),
      created_at: z.string(),
    }),
  ),
  source: z.string(),
});

describe.each(['/api/v1', ''])("Layer 8's routes under '%s'", (prefix) => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const post = (path: string, body: unknown) => t.request('POST', `${prefix}${path}`, { body });
  const get = (path: string) => t.request('GET', `${prefix}${path}`);

  it('write and read transactions twice each, with a write between', async () => {
    const user = `user-${newId()}`;
    const write = () =>
      post('/write/transaction', { user_id: user, amount: 99.99, transaction_type: 'purchase' });
    const written = await write();
    expect([written.status, written.body]).toEqual([
      201,
      {
        success: true,
        transaction_id: expect.any(Number),
        message: 'Transaction written to PostgreSQL',
        stored_in: 'PostgreSQL',
      },
    ]);
    const read = async () => transactionsShape.parse((await get(`/read/transaction/${user}`)).body);
    expect(await read()).toMatchObject({
      key: user,
      source: 'postgres',
      value: [{ amount: 99.99, user_id: user }],
    });
    expect(await read()).toMatchObject({ source: 'cache', value: [{ amount: 99.99 }] });
    await write();
    const after = await read();
    expect([after.source, after.value.length]).toEqual(['postgres', 2]);
    expect(after.value[0]?.id).toBeGreaterThan(after.value[1]?.id ?? Infinity);
    expect((await read()).source).toBe('cache');
  });

  it('write and read documents twice each, with a write between', async () => {
    const key = `user:${newId()}/profile`;
    const written = await post('/write/document', { key, data: { name: 'John Doe' } });
    expect([written.status, written.body]).toEqual([
      201,
      { success: true, key, data: { name: 'John Doe' }, from_cache: false, stored_in: 'MongoDB' },
    ]);
    const read = async () => (await get(`/read/document/${encodeURIComponent(key)}`)).body;
    expect(await read()).toEqual({
      success: true,
      key,
      data: { name: 'John Doe' },
      from_cache: false,
      stored_in: 'MongoDB',
    });
    expect(await read()).toMatchObject({ from_cache: true, stored_in: 'Redis (cache)' });
    await post('/write/document', { key, data: { name: 'Jane' } });
    expect(await read()).toMatchObject({ data: { name: 'Jane' }, from_cache: false });
    expect(await read()).toMatchObject({ data: { name: 'Jane' }, from_cache: true });
    expect((await get('/read/document/absent')).status).toBe(404);
  });

  it('keep the values under the keys that Layer 8 names', async () => {
    const key = `named-${newId()}`;
    await post('/write/document', { key, data: 1 });
    await get(`/read/document/${key}`);
    const keys = await t.app.get(Redis).run((client) => client.keys('*'), 2_000);
    expect(keys.filter((each) => each.endsWith(`${t.tenant.orgId}:doc:${key}`))).toHaveLength(1);
  });

  it('write one document for one Idempotency-Key', async () => {
    const key = `once-${newId()}`;
    const headers = { 'idempotency-key': newId() };
    const body = { key, data: 1 };
    const first = await t.request('POST', `${prefix}/write/document`, { body, headers });
    const second = await t.request('POST', `${prefix}/write/document`, { body, headers });
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    const { body: document } = await t.request('GET', `/api/v1/documents/${key}`);
    expect(document).toMatchObject({ version: 1 });
  });

  it('keep no answer that would fill the document, and repeat it all the same', async () => {
    const key = `large-${newId()}`;
    const body = { key, data: 'x'.repeat(200_000) };
    const headers = { 'idempotency-key': newId() };
    const first = await t.request('POST', `${prefix}/write/document`, { body, headers });
    const second = await t.request('POST', `${prefix}/write/document`, { body, headers });
    expect([first.status, second.status, second.headers['idempotency-replayed']]).toEqual([201, 201, 'true']);
    expect(second.text).toBe(first.text);
    const stored = await t.app
      .get(Mongo)
      .collection('documents')
      .findOne({ organization_id: t.tenant.orgId, key } as never);
    expect(JSON.stringify(stored).length).toBeLessThan(210_000);
  });

  it('tell true figures', async () => {
    const { body } = await get('/stats');
    const stats = z.record(z.string(), z.number()).parse(body);
    const { mongo, documents } = {
      mongo: t.app.get(Mongo),
      documents: await t.app
        .get(Mongo)
        .collection('documents')
        .countDocuments({ organization_id: t.tenant.orgId, deleted_at: null } as never),
    };
    expect(mongo.liveness.isUp).toBe(true);
    expect(Object.keys(stats).toSorted()).toEqual([
      'cache_keys',
      'mongodb_connections',
      'postgres_pool_size',
      'total_documents',
      'total_transactions',
    ]);
    expect(stats['total_documents']).toBe(documents);
    expect(stats['total_transactions']).toBe(2);
    expect(stats['mongodb_connections']).toBeGreaterThan(0);
    expect(stats['cache_keys']).toBeGreaterThan(0);
  });
});

describe('the explicit keys of two instances', () => {
  it('never show what a writer of the other instance has replaced', async () => {
    const t = await createTestApp();
    const { createApp } = await import('../../src/app.setup.js');
    const { request } = await import('../support/test-app.js');
    const other = await createApp(t.stores.config);
    try {
      for (let round = 0; round < 50; round += 1) {
        const body = { key: 'shared', data: { round } };
        const [writer, reader] = round % 2 === 0 ? [t.app, other] : [other, t.app];
        await request(writer, 'POST', '/write/document', { token: t.tenant.token, body });
        const answers = await Promise.all([
          request(reader, 'GET', '/read/document/shared', { token: t.tenant.token }),
          request(writer, 'GET', '/read/document/shared', { token: t.tenant.token }),
        ]);
        for (const answer of answers) expect(answer.body).toMatchObject({ data: { round } });
      }
    } finally {
      await other.close();
      await t.close();
    }
  });
});
