import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { activityShape, pageShape, userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

/** An id is the same one in capitals (RFC 9562, section 4): in the stores, and in what is made of it in the cache. */
describe('ids in capitals', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const statusOf = async (method: string, path: string, body?: unknown) =>
    (await t.request(method, path, { body })).status;
  const createdId = async (path: string, body: unknown) =>
    z.object({ id: z.uuid() }).parse((await t.request('POST', path, { body })).body).id;

  it('name an account whose every change shows on the next read', async () => {
    const id = await createdId('/api/v1/users', newAccount());
    const [path, capitals] = [`/api/v1/users/${id}`, `/api/v1/users/${id.toUpperCase()}`];
    expect(userShape.parse((await t.request('GET', capitals)).body).avatar).toBeNull();
    const avatar = 'https://example.com/1.png';
    expect(await statusOf('PATCH', path, { avatar })).toBe(200);
    expect(userShape.parse((await t.request('GET', capitals)).body).avatar).toBe(avatar);
    expect(await statusOf('PATCH', capitals, { avatar: null })).toBe(200);
    expect(userShape.parse((await t.request('GET', path)).body).avatar).toBeNull();
    expect(await statusOf('DELETE', path)).toBe(204);
    expect(await statusOf('GET', capitals)).toBe(404);
  });

  it('name an API key, whose revocation shows on the next read', async () => {
    const body = { name: 'CI', scopes: ['*'], environment: 'test' };
    const id = await createdId('/api/v1/api-keys', body);
    const capitals = `/api/v1/api-keys/${id.toUpperCase()}`;
    const revokedAt = async () =>
      z.object({ revoked_at: z.string().nullable() }).parse((await t.request('GET', capitals)).body)
        .revoked_at;
    expect(await revokedAt()).toBeNull();
    expect(await statusOf('DELETE', `/api/v1/api-keys/${id}`)).toBe(204);
    expect(await revokedAt()).not.toBeNull();
  });

  it('name an organisation, its members and an activity entry, also for an API key', async () => {
    const member = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'member' });
    const organization = `/api/v1/organizations/${t.tenant.orgId.toUpperCase()}`;
    const body = { name: 'CI', scopes: ['*'], environment: 'test' };
    const { key } = z
      .object({ key: z.string() })
      .parse((await t.request('POST', '/api/v1/api-keys', { body })).body);
    expect((await t.request('GET', organization, { token: key })).status).toBe(200);
    const own = `${organization}/members/${member.userId.toUpperCase()}`;
    expect(await statusOf('PATCH', own, { role: 'viewer' })).toBe(200);
    const entries = await t.request('GET', '/api/v1/activity?event_type=api_key.created');
    const [entry] = pageShape(activityShape).parse(entries.body).data;
    expect(await statusOf('GET', `/api/v1/activity/${entry?.id.toUpperCase() ?? ''}`)).toBe(200);
  });

  it.each([
    ['alone', 'mixed', (id: string) => id.slice(0, 20) + id.slice(20).toUpperCase()],
    ['alone', 'capital', (id: string) => id.toUpperCase()],
    ['in a batch', 'mixed', (id: string) => id.slice(0, 20) + id.slice(20).toUpperCase()],
  ])(
    'name whom an entry is about, recorded %s in %s letters, and an erasure finds it',
    async (how, _, spell) => {
      const user = userShape.parse((await t.request('POST', '/api/v1/users', { body: newAccount() })).body);
      const entry = { event_type: 'page_view', user_id: spell(user.id) };
      const [path, body] =
        how === 'alone'
          ? ['/api/v1/activity', entry]
          : ['/api/v1/activity/batch', { entries: [entry, entry] }];
      expect([200, 201]).toContain(await statusOf('POST', path, body));
      const shown = async (id: string) => {
        const answer = await t.request('GET', `/api/v1/activity?event_type=page_view&user_id=${id}`);
        return new Set(
          pageShape(activityShape)
            .parse(answer.body)
            .data.map(({ user_email }) => user_email),
        );
      };
      expect(await shown(user.id)).toEqual(new Set([user.email]));
      expect(await shown(entry.user_id)).toEqual(new Set([user.email]));
      expect(await statusOf('DELETE', `/api/v1/users/${user.id}`)).toBe(204);
      await eventually(
        () => shown(user.id),
        (emails) => emails.size === 1 && emails.has(null),
      );
      const everything = await t.request('GET', '/api/v1/activity?limit=200');
      expect(everything.text).not.toContain(user.email);
    },
  );

  it('name the organisation to act in', async () => {
    const headers = { 'x-organization-id': t.tenant.orgId.toUpperCase() };
    expect((await t.request('GET', '/api/v1/profile', { headers })).status).toBe(200);
  });
});
