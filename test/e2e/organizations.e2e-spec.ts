import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { z } from 'zod';

import { seedTenant, type Tenant } from '../factories/tenant.js';
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
  const guestOwner = async ({ orgId, token }: Tenant): Promise<Tenant> => {
    const other = await seedTenant(t.app);
    const body = { email: other.email, role: 'owner' };
    const added = await t.request('POST', `/api/v1/organizations/${orgId}/members`, { body, token });
    expect(added.status).toBe(201);
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

  it('adds a member, changes the role with effect on the next request, and removes the member', async () => {
    const inOurs = { token: guest.token, headers: { 'x-organization-id': t.tenant.orgId } };
    expect((await members('POST', '', { email: guest.email.toUpperCase(), role: 'viewer' })).status).toBe(
      201,
    );
    expect((await members('POST', '', { email: guest.email })).status).toBe(409);
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
