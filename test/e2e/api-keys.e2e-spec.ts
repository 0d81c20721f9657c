import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { joinOrganization, seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { activityShape, pageShape, problemShape } from '../support/shapes.js';
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

  it('is not made for an account that is deleted meanwhile', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    expect((await t.request('GET', '/api/v1/users', { token: admin.token })).status).toBe(200);
    // The guard still knows the caller when the row goes.
    await t.app.get(Postgres).sql`delete from users where id = ${admin.userId}`;
    const body = { name: 'CI', scopes: ['users:read'], environment: 'test' };
    const late = await t.request('POST', '/api/v1/api-keys', { token: admin.token, body });
    expect(late).toMatchObject({ status: 409, body: { code: 'reference.gone' } });
  });

  it('is refused once it has expired', async () => {
    const { id, key } = await create(['*'], { expires_at: '2100-01-01T00:00:00Z' });
    await t.app.get(Postgres).sql`update api_keys set expires_at = now() where id = ${id}`;
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
  });

  it.each([
    ['an expiry in the past', { expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    ['a scope of no resource', { scopes: ['users:read', 'unicorns:read'] }, 'scopes.1'],
    ['a scope of no access', { scopes: ['users:own'] }, 'scopes.0'],
  ])('is not made with %s', async (_, more, path) => {
    const body = { name: 'CI', scopes: ['users:read'], environment: 'test', ...more };
    const answer = await t.request('POST', '/api/v1/api-keys', { body });
    expect([answer.status, problemShape.parse(answer.body).errors.map((error) => error.path)]).toEqual([
      422,
      [path],
    ]);
  });

  it('makes keys that do and last no more than itself', async () => {
    const expires_at = '2100-01-01T00:00:00.000Z';
    const parent = await create(['api-keys:admin', 'users:write'], { expires_at });
    const child = (more: Record<string, unknown>) => {
      const body = { name: 'child', scopes: ['users:read'], environment: 'test', ...more };
      return withKey(parent.key, 'POST', '/api/v1/api-keys', body);
    };
    for (const more of [
      { environment: 'live' },
      { expires_at: '2100-01-01T00:00:01Z' },
      { scopes: ['activity:read'] },
      { scopes: ['api-keys:admin'] },
      { scopes: ['*'] },
    ])
      expect([more, (await child(more)).status]).toEqual([more, 403]);
    expect((await child({})).body).toMatchObject({ expires_at });
    const sooner = '2099-01-01T00:00:00.000Z';
    expect((await child({ expires_at: sooner, scopes: ['users:write'] })).body).toMatchObject({
      expires_at: sooner,
    });
    const everything = await create(['*']);
    const body = { name: 'grandchild', scopes: ['users:admin'], environment: 'test' };
    expect((await withKey(everything.key, 'POST', '/api/v1/api-keys', body)).status).toBe(403);
  });

  it('ends with the membership of its creator, visibly, and a new membership does not bring it back', async () => {
    const guest = await seedTenant(t.app);
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'admin');
    const headers = { 'x-organization-id': t.tenant.orgId };
    const made = await t.request('POST', '/api/v1/api-keys', {
      ...{ token: guest.token, headers },
      body: { name: 'CI', scopes: ['users:read'], environment: 'test' },
    });
    const { id, key } = newKeyShape.parse(made.body);
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(200);
    const member = `/api/v1/organizations/${t.tenant.orgId}/members/${guest.userId}`;
    expect((await t.request('DELETE', member)).status).toBe(204);
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
    expect((await t.request('GET', `/api/v1/api-keys/${id}`)).body).toMatchObject({
      revoked_at: expect.any(String),
    });
    const verified = await t.request('POST', '/api/v1/api-keys/verify', { body: { key } });
    expect(verified.body).toMatchObject({ code: 'REVOKED', key_id: id, scopes: ['users:read'] });
    const revocations = `/api/v1/activity?event_type=api_key.revoked&resource_id=${id}`;
    expect((await t.request('GET', revocations)).body).toHaveProperty('data.length', 1);
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'viewer');
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
  });

  it('sees its own organisation and none of its creator’s others', async () => {
    const { key } = await create(['organizations:read']);
    const other = await t.request('POST', '/api/v1/organizations', {
      body: { name: 'Other', slug: `other-${t.tenant.userId}` },
    });
    expect(other.status).toBe(201);
    const list = await withKey(key, 'GET', '/api/v1/organizations');
    expect(list.body).toMatchObject({ data: [{ id: t.tenant.orgId }], page: { next_cursor: null } });
    expect(list.body).toHaveProperty('data.length', 1);
    const { id } = z.object({ id: z.uuid() }).parse(other.body);
    expect((await withKey(key, 'GET', `/api/v1/organizations/${id}`)).status).toBe(404);
  });

  it('is revoked only where If-Match names what it is now', async () => {
    const { id } = await create(['users:read']);
    const path = `/api/v1/api-keys/${id}`;
    const stale = { headers: { 'if-match': '"stale"' } };
    expect((await t.request('DELETE', path, stale)).status).toBe(412);
    expect((await t.request('GET', path)).body).toMatchObject({ revoked_at: null });
    const current = String((await t.request('GET', path)).headers['etag']);
    expect((await t.request('DELETE', path, { headers: { 'if-match': current } })).status).toBe(204);
    expect((await t.request('DELETE', path, { headers: { 'if-match': current } })).status).toBe(412);
  });

  it('goes with the account of its creator, at once and in each organisation, with an activity entry', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const other = await seedTenant(t.app);
    const asOther = { token: other.token };
    await joinOrganization(t.app, other.orgId, admin.userId, 'admin');
    const createIn = async (orgId: string) => {
      const body = { name: 'CI', scopes: ['*'], environment: 'test' };
      const headers = { 'x-organization-id': orgId };
      return newKeyShape.parse(
        (await t.request('POST', '/api/v1/api-keys', { body, headers, token: admin.token })).body,
      );
    };
    const revoked = await createIn(t.tenant.orgId);
    await t.request('DELETE', `/api/v1/api-keys/${revoked.id}`);
    const own = [revoked, await createIn(t.tenant.orgId)];
    const foreign = await createIn(other.orgId);

    const read = async () => {
      const [list, otherList] = [
        await t.request('GET', '/api/v1/api-keys'),
        await t.request('GET', '/api/v1/api-keys', asOther),
      ];
      const details = [
        ...(await Promise.all(own.map(({ id }) => t.request('GET', `/api/v1/api-keys/${id}`)))),
        await t.request('GET', `/api/v1/api-keys/${foreign.id}`, asOther),
      ];
      return {
        listed: [...own.map(({ id }) => list.text.includes(id)), otherList.text.includes(foreign.id)],
        details: details.map(({ status }) => status),
      };
    };
    expect(await read()).toEqual({ listed: [true, true, true], details: [200, 200, 200] });
    expect((await t.request('DELETE', `/api/v1/users/${admin.userId}`)).status).toBe(204);
    expect(await read()).toEqual({ listed: [false, false, false], details: [404, 404, 404] });

    const actorsOf = async (id: string, token: string) => {
      const path = `/api/v1/activity?event_type=api_key.revoked&resource_id=${id}`;
      const page = pageShape(activityShape).parse((await t.request('GET', path, { token })).body);
      return page.data.map(({ actor_id }) => actor_id);
    };
    const actors = () =>
      Promise.all([...own.map(({ id }) => actorsOf(id, t.tenant.token)), actorsOf(foreign.id, other.token)]);
    // One entry for each. Who deleted the account is no business of another organisation.
    const expected = JSON.stringify([[t.tenant.userId], [t.tenant.userId], [null]]);
    await eventually(actors, (found) => JSON.stringify(found) === expected);
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
