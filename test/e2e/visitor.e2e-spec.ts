import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** The requests without a credential that `quickstart` answers; its demo owner is a platform admin. */
describe('the visitor without a credential', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp({ AUTH_ANONYMOUS: 'owner' });
    const { sql } = t.app.get(Postgres);
    await sql`update organizations set slug = 'demo' where id = ${t.tenant.orgId}`;
    await sql`update users set role = 'admin' where id = ${t.tenant.userId}`;
  });
  afterAll(() => t.close());

  const visit = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    t.request(method, `/api/v1/${path}`, { token: null, body, headers });
  const create = async () => userShape.parse((await visit('POST', 'users', newAccount())).body);

  it('creates an account with a hash made elsewhere, as S0 shows it', async () => {
    const body = { email: 'admin@example.com', username: 'admin', password_hash: 'hashed_password' };
    const answer = await visit('POST', 'users', body);
    expect([answer.status, answer.body]).toMatchObject([201, { email: body.email, role: 'user' }]);
  });

  it('changes, and deletes, what it created', async () => {
    const { id } = await create();
    const body = newAccount({ avatar: 'https://example.com/a.png' });
    expect((await visit('PUT', `users/${id}`, body)).body).toMatchObject(body);
    expect((await visit('DELETE', `users/${id}`)).status).toBe(204);
  });

  it('never has platform rights', async () => {
    expect((await visit('POST', 'users', newAccount({ role: 'admin' }))).status).toBe(403);
    const { id } = await create();
    expect((await visit('PATCH', `users/${id}`, { role: 'admin' })).status).toBe(403);
    for (const path of ['admin/outbox', 'admin/dead-letters'])
      expect((await visit('GET', path)).status).toBe(403);
    expect((await visit('GET', 'admin/outbox', undefined, asOwner())).status).toBe(200);
  });

  const asOwner = () => ({ authorization: `Bearer ${t.tenant.token}` });

  it('is no owner in person: credentials, ownership and administration need a session', async () => {
    const { id } = await create();
    const self = `users/${t.tenant.userId}`;
    const members = `organizations/${t.tenant.orgId}/members/${id}`;
    const key = { name: 'CI', environment: 'test' };
    for (const [method, path, body] of [
      ['PATCH', self, { email: newAccount().email }],
      ['PATCH', 'profile', { username: newAccount().username }],
      ['DELETE', self],
      ['POST', `${self}/password-reset`],
      ['PATCH', members, { role: 'owner' }],
      ['POST', 'organizations', { name: 'Acme', slug: `acme-${id}` }],
      ['POST', 'api-keys', { ...key, scopes: ['*'] }],
      ['POST', 'api-keys', { ...key, scopes: ['users:admin'] }],
      ['GET', 'auth/sessions'],
      ['POST', 'auth/logout'],
    ] as const)
      expect([method, path, (await visit(method, path, body)).status]).toEqual([method, path, 403]);
    expect((await visit('POST', 'api-keys', { ...key, scopes: ['users:write'] })).status).toBe(201);
    expect((await visit('PATCH', members, { role: 'admin' })).status).toBe(200);
  });

  it('acts in the demo organisation alone, whatever X-Organization-Id says', async () => {
    const other = await seedTenant(t.app);
    const headers = { 'x-organization-id': other.orgId };
    const profile = await visit('GET', 'profile', undefined, headers);
    expect(profile.body).toMatchObject({ organization: { id: t.tenant.orgId } });
    expect((await visit('GET', `organizations/${other.orgId}`, undefined, headers)).status).toBe(404);
  });

  it.each([
    [{ host: 'localhost:8080' }, 200],
    [{ host: '127.0.0.1' }, 200],
    [{ host: '[::1]:8080' }, 200],
    [{ host: 'evil.example:8080' }, 401],
    [{ host: 'localhost.evil.example' }, 401],
    [{ host: 'localhost:8080', origin: 'http://localhost:8080' }, 200],
    [{ host: 'localhost:8080', origin: 'https://evil.example' }, 401],
  ])('is answered on this machine alone: %j is %i', async (headers, status) => {
    expect((await visit('GET', 'users', undefined, headers)).status).toBe(status);
    expect((await visit('GET', 'users', undefined, { ...headers, ...asOwner() })).status).toBe(200);
  });
});
