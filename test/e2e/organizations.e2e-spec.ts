import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { Postgres } from '../../src/stores/postgres/postgres.js';
import { joinOrganization, seedTenant, type Tenant } from '../factories/tenant.js';
import { problemShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const organizationShape = z.object({ id: z.uuid(), slug: z.string(), name: z.string(), role: z.string() });
/** A deadlock takes two requests that meet. */
const ROUNDS = 20;
const slug = () => `acme-${randomBytes(6).toString('hex')}`;

describe('organizations and members', () => {
  let t: TestApp;
  let guest: Tenant;
  beforeAll(async () => {
    t = await createTestApp();
    guest = await seedTenant(t.app);
  });
  afterAll(() => t.close());

  const members = (method: string, path: string, body?: unknown, token = t.tenant.token) =>
    t.request(method, `/api/v1/organizations/${t.tenant.orgId}/members${path}`, { body, token });

  const memberPath = (org: Tenant, who: Tenant) => `/api/v1/organizations/${org.orgId}/members/${who.userId}`;
  /** What an owner does to stop being one. */
  const WAYS = {
    'is demoted': (org: Tenant, who: Tenant) =>
      t.request('PATCH', memberPath(org, who), { token: who.token, body: { role: 'member' } }),
    leaves: (org: Tenant, who: Tenant) => t.request('DELETE', memberPath(org, who), { token: who.token }),
    'is deleted': (_: Tenant, who: Tenant) =>
      t.request('DELETE', `/api/v1/users/${who.userId}`, { token: who.token }),
  };
  /** One who is not managed here, and so may leave. */
  const guestOwner = async ({ orgId }: Tenant): Promise<Tenant> => {
    const other = await seedTenant(t.app);
    await joinOrganization(t.app, orgId, other.userId, 'owner');
    return other;
  };
  const ownerWho = (goes: keyof typeof WAYS, own: Tenant): Promise<Tenant> =>
    goes === 'leaves' ? guestOwner(own) : seedTenant(t.app, { orgId: own.orgId, role: 'owner' });

  it('makes its creator the owner, who can act in it at once', async () => {
    const created = await t.request('POST', '/api/v1/organizations', {
      body: { name: 'Acme', slug: slug() },
    });
    expect(created.status).toBe(201);
    const organization = organizationShape.parse(created.body);
    expect(organization.role).toBe('owner');
    const inIt = { headers: { 'x-organization-id': organization.id } };
    expect((await t.request('GET', '/api/v1/profile', inIt)).status).toBe(200);
    const taken = await t.request('POST', '/api/v1/organizations', {
      body: { name: 'B', slug: organization.slug },
    });
    expect([taken.status, problemShape.parse(taken.body).code]).toEqual([409, 'organizations.slug_taken']);
    expect((await t.request('DELETE', `/api/v1/organizations/${organization.id}`)).status).toBe(204);
    expect((await t.request('GET', '/api/v1/profile', inIt)).status).toBe(403);
  });

  it('is not there for strangers', async () => {
    const path = `/api/v1/organizations/${t.tenant.orgId}`;
    expect((await t.request('GET', path, { token: guest.token })).status).toBe(404);
    expect((await t.request('PATCH', path, { token: guest.token, body: { name: 'Mine' } })).status).toBe(404);
    expect((await members('GET', '', undefined, guest.token)).status).toBe(404);
  });

  it('changes the role of a member with effect on the next request, and removes the member', async () => {
    const inOurs = { token: guest.token, headers: { 'x-organization-id': t.tenant.orgId } };
    await joinOrganization(t.app, t.tenant.orgId, guest.userId, 'viewer');
    const create = () =>
      t.request('POST', '/api/v1/users', {
        ...inOurs,
        body: { email: `${slug()}@example.com`, username: slug() },
      });
    expect((await create()).status).toBe(403);
    expect((await members('PATCH', `/${guest.userId}`, { role: 'admin' })).status).toBe(200);
    expect((await create()).status).toBe(201);
    expect((await members('DELETE', `/${guest.userId}`)).status).toBe(204);
    expect((await create()).status).toBe(403);
  });

  it('adds only accounts that it manages, invites all others, and says of none whether there is an account', async () => {
    const stranger = await seedTenant(t.app);
    const add = async (email: string) => {
      const { status, body } = await members('POST', '', { email, role: 'viewer' });
      return { status, ...z.looseObject({}).parse(body) };
    };
    const shape = {
      status: 202,
      id: expect.any(String),
      role: 'viewer',
      token: expect.stringMatching(/^tti_/),
    };
    for (const email of [stranger.email, `${slug()}@example.com`])
      expect(await add(email)).toEqual({ ...shape, email, expires_at: expect.any(String) });
    expect(JSON.stringify((await members('GET', '')).body)).not.toContain(stranger.userId);
    const own = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    expect(await add(own.email)).toMatchObject({ status: 409, code: 'organizations.already_member' });
    await t.app.get(Postgres).sql`delete from memberships where user_id = ${own.userId}`;
    const added = await members('POST', '', { email: own.email.toUpperCase(), role: 'viewer' });
    expect([added.status, added.body]).toMatchObject([201, { user_id: own.userId, role: 'viewer' }]);
  });

  it('changes and removes a member only where If-Match names what the membership is now', async () => {
    const own = await seedTenant(t.app);
    const other = await seedTenant(t.app);
    await joinOrganization(t.app, own.orgId, other.userId, 'viewer');
    const path = memberPath(own, other);
    const ask = async (method: string, etag: string | undefined, body?: unknown) => {
      const headers = etag === undefined ? {} : { 'if-match': etag };
      return (await t.request(method, path, { token: own.token, headers, body })).status;
    };
    const read = async () => String((await t.request('GET', path, { token: own.token })).headers['etag']);
    const first = await read();
    expect(await ask('PATCH', first, { role: 'member' })).toBe(200);
    expect(await ask('PATCH', first, { role: 'viewer' })).toBe(412);
    expect(await ask('DELETE', first)).toBe(412);
    expect(await ask('DELETE', await read())).toBe(204);
  });

  it('sees of a member whom another organisation manages only what the membership needs', async () => {
    const own = await seedTenant(t.app);
    const managed = await seedTenant(t.app, { platformRole: 'admin' });
    await t.app.get(Postgres).sql`update users set last_login_at = now() where id = ${managed.userId}`;
    await joinOrganization(t.app, own.orgId, managed.userId, 'member');
    const as = { token: own.token };
    const one = await t.request('GET', `/api/v1/users/${managed.userId}`, as);
    const hidden = { organization_id: null, email_confirmed: null, role: null, last_login_at: null };
    expect(one.body).toMatchObject({ id: managed.userId, email: managed.email, ...hidden });
    const list = await t.request('GET', '/api/v1/users', as);
    expect(list.text).not.toContain(managed.orgId);
    expect((await t.request('GET', '/api/v1/users?role=admin', as)).body).toHaveProperty('data', []);
    const profile = await t.request('GET', '/api/v1/profile', {
      ...{ token: managed.token, headers: { 'x-organization-id': own.orgId } },
    });
    expect(profile.body).toMatchObject({ organization_id: managed.orgId, role: 'admin' });
  });

  it('never holds back the deletion of an account that another organisation manages', async () => {
    const person = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const found = async (name: string) => {
      const body = { name, slug: slug() };
      return organizationShape.parse(
        (await t.request('POST', '/api/v1/organizations', { token: person.token, body })).body,
      ).id;
    };
    const [shared, alone] = [await found('Shared'), await found('Alone')];
    const [viewer, admin] = [await seedTenant(t.app), await seedTenant(t.app)];
    await joinOrganization(t.app, shared, viewer.userId, 'viewer');
    await joinOrganization(t.app, shared, admin.userId, 'admin');
    const role = async ({ token }: Tenant) =>
      (await t.request('GET', `/api/v1/organizations/${shared}`, { token })).body;
    expect(await role(admin)).toMatchObject({ role: 'admin' });
    expect((await t.request('DELETE', `/api/v1/users/${person.userId}`)).status).toBe(204);
    expect([await role(admin), await role(viewer)]).toMatchObject([{ role: 'owner' }, { role: 'viewer' }]);
    const left = await t.app.get(Postgres)
      .sql`select id from organizations where id in (${shared}, ${alone})`;
    expect(left.map(({ id }) => String(id))).toEqual([shared]);
    const log = `/api/v1/activity?event_type=member.updated&user_id=${admin.userId}`;
    const inShared = { token: admin.token, headers: { 'x-organization-id': shared } };
    expect((await t.request('GET', log, inShared)).body).toMatchObject({ data: [{ actor_id: null }] });
  });

  it('hands over in both directions at once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const [one, two] = [await seedTenant(t.app), await seedTenant(t.app)];
      const [first, second] = [
        await seedTenant(t.app, { orgId: one.orgId, role: 'member' }),
        await seedTenant(t.app, { orgId: two.orgId, role: 'member' }),
      ];
      for (const [owner, other] of [
        [first, second],
        [second, first],
      ] as const) {
        const body = { name: 'Both', slug: slug() };
        const made = await t.request('POST', '/api/v1/organizations', { token: owner.token, body });
        await joinOrganization(t.app, organizationShape.parse(made.body).id, other.userId, 'member');
      }
      const answers = await Promise.all([WAYS['is deleted'](one, first), WAYS['is deleted'](two, second)]);
      expect(answers.map(({ status }) => status)).toEqual([204, 204]);
    }
    const ownerless = await t.app.get(Postgres).sql`
      select id from organizations where not exists (
        select 1 from memberships where organization_id = organizations.id and role = 'owner')`;
    expect(ownerless).toHaveLength(0);
  });

  it('keeps an owner, and keeps admins from making owners', async () => {
    const last = await members('PATCH', `/${t.tenant.userId}`, { role: 'member' });
    expect([last.status, problemShape.parse(last.body).code]).toEqual([409, 'organizations.last_owner']);
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    expect((await members('PATCH', `/${member.userId}`, { role: 'owner' }, admin.token)).status).toBe(403);
    expect((await members('PATCH', `/${t.tenant.userId}`, { role: 'viewer' }, admin.token)).status).toBe(403);
  });

  it.each([
    ['is demoted', 'is demoted'],
    ['is demoted', 'leaves'],
    ['is demoted', 'is deleted'],
    ['is deleted', 'is deleted'],
  ] as const)('keeps one of two owners when one %s and the other %s at once', async (first, second) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const own = await seedTenant(t.app);
      const other = await ownerWho(second, own);
      const answers = await Promise.all([WAYS[first](own, own), WAYS[second](own, other)]);
      const [done, refused] = answers.map(({ status }) => status).toSorted();
      expect([200, 204]).toContain(done);
      expect(refused).toBe(409);
    }
  });
});
