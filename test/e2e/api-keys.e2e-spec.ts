import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { activityShape, pageShape } from '../support/shapes.js';
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
    const { key } = await create(['*'], { expires_at: '2020-01-01T00:00:00Z' });
    expect((await withKey(key, 'GET', '/api/v1/users')).status).toBe(401);
  });

  it('goes with the account of its creator, at once and in each organisation, with an activity entry', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const other = await seedTenant(t.app);
    const members = `/api/v1/organizations/${other.orgId}/members`;
    const asOther = { token: other.token };
    await t.request('POST', members, { ...asOther, body: { email: admin.email, role: 'admin' } });
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
    await t.request('DELETE', `${members}/${admin.userId}`, asOther);

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
