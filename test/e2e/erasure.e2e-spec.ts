import { randomBytes } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { placesWith } from '../support/kept-text.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const PASSWORD = 'correct horse battery';
const withId = z.object({ id: z.string() });
const withToken = z.object({ access_token: z.string() });

/** Every table, collection and key is looked at, whichever there are: a new one is covered from its first day. */
describe('an account that is erased', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const read = async (paths: readonly string[], token: string): Promise<void> => {
    for (const path of paths) {
      const answer = await t.request('GET', `/api/v1/${path}`, { token });
      expect({ path, isServerError: answer.status >= 500 }).toEqual({ path, isServerError: false });
    }
  };
  const keyed = (path: string, body: unknown, token: string) =>
    t.request('POST', `/api/v1/${path}`, { body, token, headers: { 'idempotency-key': `${path}-1` } });

  it('leaves its address, its name and its picture in no store', async () => {
    const mark = randomBytes(6).toString('hex');
    const [before, after] = [`before${mark}`, `after${mark}`];
    const [admin, stranger] = [await seedTenant(t.app, { platformRole: 'admin' }), await seedTenant(t.app)];
    const body = newAccount({
      email: `${before}@example.com`,
      username: before,
      avatar: `https://example.com/${before}.png`,
      password: PASSWORD,
    });
    const { id } = withId.parse((await keyed('users', body, admin.token)).body);
    const login = async (email: string, password = PASSWORD) =>
      t.request('POST', '/api/v1/auth/login', {
        body: { email, password },
        token: null,
        headers: { 'user-agent': `browser of ${before}` },
      });
    const { access_token: own } = withToken.parse((await login(body.email)).body);
    const key = { name: `key of ${before}`, scopes: ['*'], environment: 'test' };
    await keyed('api-keys', key, own);
    await keyed('activity', { event_type: 'page_view', user_id: id }, admin.token);
    await keyed('activity/batch', { entries: [{ event_type: 'page_view', user_id: id }] }, own);
    await login(body.email, 'wrong password');

    const paths = (name: string) => [
      'users',
      `users/${id}`,
      `users?email=${name}@example.com`,
      `users?username=${name}`,
      `users?q=${name}`,
      `organizations/${admin.orgId}/members`,
      'activity',
      `activity?user_id=${id}`,
      'api-keys',
      'profile',
      'auth/sessions',
    ];
    for (const token of [admin.token, own, stranger.token]) await read(paths(before), token);
    const change = {
      email: `${after}@example.com`,
      username: after,
      avatar: `https://example.com/${after}.png`,
    };
    const changed = await t.request('PATCH', `/api/v1/users/${id}`, { body: change, token: admin.token });
    expect(changed.status).toBe(200);
    for (const token of [admin.token, own, stranger.token]) await read(paths(after), token);

    const marked = async () => [
      ...(await placesWith(t.stores.config, before)),
      ...(await placesWith(t.stores.config, after)),
    ];
    const kept = new Set((await marked()).map(({ store }) => store));
    expect([...kept].sort()).toEqual(['mongodb', 'postgres', 'redis']);

    expect((await t.request('DELETE', `/api/v1/users/${id}`, { token: admin.token })).status).toBe(204);
    expect(await eventually(marked, (places) => places.length === 0).catch(marked)).toEqual([]);

    // The requests that made the account are not answered with what is gone.
    const again = await keyed('users', body, admin.token);
    expect(again.headers['idempotency-replayed']).toBeUndefined();
    expect(again.body).not.toMatchObject({ id });
  });
});
