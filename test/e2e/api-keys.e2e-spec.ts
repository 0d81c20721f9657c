import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const newKeyShape = z.object({ id: z.uuid(), key: z.string(), start: z.string() });

describe('API keys', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async (scopes: string[], more: Record<string, unknown> = {}) => {
    const body = { name: 'CI', scopes, environment: 'test', ...more };
    const answer = await t.request('POST', '/api/v1/api-keys', { body });
    expect(answer.status).toBe(201);
    return newKeyShape.parse(answer.body);
  };
  const withKey = (key: string, method: string, path: string, body?: unknown) =>
    t.request(method, path, { token: null, headers: { 'x-api-key': key }, body });

  it('shows the key once and never again', async () => {
    const { id, key, start } = await create(['*']);
    const read = await t.request('GET', `/api/v1/api-keys/${id}`);
    const list = await t.request('GET', '/api/v1/api-keys');
    expect(read.text).toContain(start);
    for (const text of [read.text, list.text]) expect(text).not.toContain(key);
  });

  it('does what its scopes say and no more', async () => {
    const { key } = await create(['users:read']);
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(200);
    expect((await withKey(key, 'POST', '/api/v1/users', newAccount())).status).toBe(403);
    expect((await withKey(key, 'GET', '/api/v1/api-keys')).status).toBe(403);
    const bearer = await t.request('GET', '/api/v1/users', { token: key });
    expect(bearer.status).toBe(200);
  });

  it('is refused from the request after its revocation on', async () => {
    const { id, key } = await create(['*']);
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(200);
    expect((await t.request('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204);
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
    expect((await t.request('DELETE', `/api/v1/api-keys/${id}`)).status).toBe(204);
  });

  it('is refused once it has expired', async () => {
    const { key } = await create(['*'], { expires_at: '2020-01-01T00:00:00Z' });
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
  });

  it('is another tenant’s business for nobody else, and managed by admins only', async () => {
    const { id } = await create(['*']);
    const foreign = await seedTenant(t.app);
    expect((await t.request('GET', `/api/v1/api-keys/${id}`, { token: foreign.token })).status).toBe(404);
    expect((await t.request('DELETE', `/api/v1/api-keys/${id}`, { token: foreign.token })).status).toBe(404);
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    expect((await t.request('GET', '/api/v1/api-keys', { token: member.token })).status).toBe(403);
  });
});
