import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { encodeCursor } from '../../src/common/http/page.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const KEY = { name: 'CI', scopes: ['*'], environment: 'test' };
const NUL = 'a\0b';

/** PostgreSQL keeps no such text. */
describe('text with a null character', () => {
  let t: TestApp;
  let admin: string;
  beforeAll(async () => {
    t = await createTestApp();
    admin = (await seedTenant(t.app, { platformRole: 'admin' })).token;
  });
  afterAll(() => t.close());

  it('names no plan', async () => {
    const body = { name: 'Plan', price: '1.00', currency: 'EUR', interval: 'month' };
    expect((await t.request('GET', '/api/v1/plans/%00')).status).toBe(404);
    expect((await t.request('PUT', '/api/v1/plans/%00', { body, token: admin })).status).toBe(404);
  });

  it.each([
    ['POST', 'auth/login', { email: NUL, password: 'x' }, 'email'],
    ['POST', 'auth/login', { username: NUL, password: 'x' }, 'username'],
    ['POST', 'users', newAccount({ avatar: 'https://example.com/\0' }), 'avatar'],
    ['POST', 'users', newAccount({ password_hash: NUL }), 'password_hash'],
    ['POST', 'api-keys', { ...KEY, name: NUL }, 'name'],
    ['POST', 'organizations', { name: NUL, slug: 'acme' }, 'name'],
    ['POST', 'organizations/{org}/members', { email: NUL }, 'email'],
    ['POST', 'activity', { event_type: 'x', user_id: NUL }, 'user_id'],
    ['PATCH', 'profile', { avatar: 'https://example.com/\0' }, 'avatar'],
  ])('is refused in %s %s by its path', async (method, path, body, field) => {
    const token = path === 'auth/login' ? null : path === 'users' ? admin : t.tenant.token;
    const url = `/api/v1/${path.replace('{org}', t.tenant.orgId)}`;
    const answer = await t.request(method, url, { body, token });
    expect([answer.status, problemShape.parse(answer.body).errors.map((error) => error.path)]).toEqual([
      422,
      [field],
    ]);
  });

  it.each(['email', 'username', 'q'])('is refused in ?%s= of the users', async (name) => {
    const answer = await t.request('GET', `/api/v1/users?${name}=a%00b`);
    expect([answer.status, problemShape.parse(answer.body).errors[0]?.path]).toEqual([400, name]);
  });

  it('is kept in the payload of an activity entry', async () => {
    const body = { event_type: 'x', payload: { text: NUL, list: [NUL] } };
    const one = await t.request('POST', '/api/v1/activity', { body });
    const { id, payload } = z.object({ id: z.string(), payload: z.unknown() }).parse(one.body);
    expect([one.status, payload]).toEqual([201, body.payload]);
    expect((await t.request('GET', `/api/v1/activity/${id}`)).body).toMatchObject({ payload });
    const batch = await t.request('POST', '/api/v1/activity/batch', { body: { entries: [body] } });
    expect(batch.body).toMatchObject({ outcomes: [{ status: 201 }] });
  });

  it('is no more refused with 500 than a cursor of the year 0', async () => {
    const cursor = encodeCursor(['0000-01-01T00:00:00.000Z', t.tenant.userId]);
    expect((await t.request('GET', `/api/v1/users?cursor=${cursor}`)).status).toBe(400);
  });
});
