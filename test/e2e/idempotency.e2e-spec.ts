import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';

import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { tags } from '../../src/cache/tags.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { problemShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

describe('Idempotency-Key', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const post = (key: string, body: unknown, token = t.tenant.token, path = '/api/v1/users') =>
    t.request('POST', path, { body, token, headers: { 'idempotency-key': key } });

  it('replays the first result, headers included', async () => {
    const body = newAccount();
    const first = await post('replay', body);
    const second = await post('replay', body);
    expect([first.status, first.headers['idempotency-replayed']]).toEqual([201, undefined]);
    expect([second.status, second.headers['idempotency-replayed']]).toEqual([201, 'true']);
    expect([second.text, second.headers['location']]).toEqual([first.text, first.headers['location']]);
  });

  it('makes one row of 100 concurrent requests, and every answer is that row or says that it is under way', async () => {
    const body = newAccount();
    const answers = await Promise.all(Array.from({ length: 100 }, () => post('race', body)));
    const created = answers.filter(({ status }) => status === 201);
    expect(created.length + answers.filter(({ status }) => status === 409).length).toBe(100);
    expect(new Set(created.map(({ text }) => text)).size).toBe(1);
    const { id } = userShape.parse((await post('race', body)).body);
    const activity = await t.request('GET', `/api/v1/activity?user_id=${id}`);
    expect(activity.body).toMatchObject({ data: [{ event_type: 'user.created' }] });
    expect(activity.body).toHaveProperty('data.length', 1);
  });

  it('refuses the same key with another payload, and keys that are none', async () => {
    await post('reused', newAccount());
    const other = await post('reused', newAccount());
    expect([other.status, problemShape.parse(other.body).code]).toEqual([422, 'idempotency.key_reused']);
    expect((await post('x'.repeat(256), newAccount())).status).toBe(400);
  });

  it('keeps nothing of a request that failed', async () => {
    const taken = newAccount();
    await t.request('POST', '/api/v1/users', { body: taken });
    expect((await post('failed', { ...newAccount(), email: taken.email })).status).toBe(409);
    expect((await post('failed', newAccount())).status).toBe(201);
  });

  it('is each principal’s own', async () => {
    const other = await seedTenant(t.app);
    const body = newAccount();
    await post('own', body);
    const theirs = await post('own', newAccount(), other.token);
    expect([theirs.status, theirs.headers['idempotency-replayed']]).toEqual([201, undefined]);
  });

  it('never keeps a secret that is shown once', async () => {
    const body = { name: 'CI', scopes: ['*'], environment: 'test' };
    const first = await post('secret', body, t.tenant.token, '/api/v1/api-keys');
    const second = await post('secret', body, t.tenant.token, '/api/v1/api-keys');
    expect(first.body).toHaveProperty('key', expect.stringMatching(/^ttk_test_/));
    expect(second.body).toHaveProperty('key', null);
  });

  it('records an activity entry once', async () => {
    const body = { event_type: 'page_view', user_id: 'visitor-1' };
    const first = await post('activity', body, t.tenant.token, '/api/v1/activity');
    const second = await post('activity', body, t.tenant.token, '/api/v1/activity');
    expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
    const list = await t.request('GET', '/api/v1/activity?user_id=visitor-1');
    expect(list.body).toHaveProperty('data.length', 1);
  });

  it('never fills the cache with what is not committed', async () => {
    const [postgres, cache] = [t.app.get(Postgres), t.app.get(TaggedCache)];
    const { orgId } = t.tenant;
    const nameOf = () =>
      postgres.run((db) =>
        db.execute<{ name: string }>(sql`select name from organizations where id = ${orgId}`),
      );
    const request = {
      orgId,
      key: 'uncommitted',
      tags: [tags.collection(orgId, 'uncommitted')],
      ttlMs: 60_000,
    };
    const read = () => cache.readJson(request, async () => (await nameOf())[0]?.name);
    const failed = postgres.ambientTransaction(async () => {
      await postgres.transaction((tx) =>
        tx.execute(sql`update organizations set name = 'Uncommitted' where id = ${orgId}`),
      );
      expect((await nameOf())[0]?.name).toBe('Uncommitted');
      expect(await read()).toBe('Test');
      throw new Error('rolled back');
    });
    await expect(failed).rejects.toThrow('rolled back');
    expect(await read()).toBe('Test');
  });
});
