import { createHash } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import canonicalize from 'canonicalize';
import { sql } from 'drizzle-orm';

import { createApp } from '../../src/app.setup.js';
import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { tags } from '../../src/cache/tags.js';
import { Config } from '../../src/config/config.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { problemShape, userShape } from '../support/shapes.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';

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

  const kept = (key: string) =>
    t.app.get(Postgres).sql<{ fingerprint: string; row: string }[]>`
      select fingerprint, k::text as row from idempotency_keys k where key = ${key}`;

  it('takes the same members in another order for the same payload', async () => {
    const { email, username } = newAccount();
    const deep = { event_type: 'page_view', payload: { a: { x: 1, y: [1, { p: 1, q: 2 }] }, b: 2 } };
    const reordered = { payload: { b: 2, a: { y: [1, { q: 2, p: 1 }], x: 1 } }, event_type: 'page_view' };
    for (const [path, one, other] of [
      ['/api/v1/users', { email, username }, { username, email }],
      ['/api/v1/activity', deep, reordered],
    ] as const) {
      const first = await post('order', one, t.tenant.token, path);
      const second = await post('order', other, t.tenant.token, path);
      expect([first.status, second.status, second.text]).toEqual([201, 201, first.text]);
      await t.app.get(Postgres).sql`delete from idempotency_keys where key = 'order'`;
    }
    await post('order', deep, t.tenant.token, '/api/v1/activity');
    const other = { ...deep, payload: { ...deep.payload, a: { x: 1, y: [{ p: 1, q: 2 }, 1] } } };
    expect((await post('order', other, t.tenant.token, '/api/v1/activity')).status).toBe(422);
  });

  it('keeps nothing from which a password could be guessed', async () => {
    const body = newAccount({ password: 'hunter2hunter2' });
    expect((await post('guess', body)).status).toBe(201);
    const [row] = await kept('guess');
    const [, digest = ''] = row?.fingerprint.split('.') ?? [];
    const texts = [body, { ...body, password: undefined }].flatMap((guess) => [
      JSON.stringify(['POST', '/api/v1/users', guess]),
      canonicalize(['POST', '/api/v1/users', guess]) ?? '',
    ]);
    for (const text of texts) {
      for (const encoding of ['hex', 'base64url'] as const)
        expect([row?.fingerprint, digest]).not.toContain(createHash('sha256').update(text).digest(encoding));
    }
    expect(row?.row).not.toContain('hunter2');
    // Left out rather than hidden: a repetition does not say whether a guess is right.
    const repeated = await post('guess', { ...body, password: 'another guess' });
    expect([repeated.status, repeated.headers['idempotency-replayed']]).toEqual([201, 'true']);
  });

  it('still knows a request after a new key was put before the old one', async () => {
    const body = newAccount();
    const first = await post('rotated', body);
    const newer = `newer:${Buffer.alloc(32, 'new').toString('base64')}`;
    const { config } = t.stores;
    const other = await createApp(
      new Config({ ...config, fieldEncryptionKeys: [newer, ...config.fieldEncryptionKeys] }),
    );
    try {
      const headers = { 'idempotency-key': 'rotated' };
      const options = { body, token: t.tenant.token, headers };
      const second = await request(other, 'POST', '/api/v1/users', options);
      expect([second.status, second.text]).toEqual([201, first.text]);
    } finally {
      await other.close();
    }
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
