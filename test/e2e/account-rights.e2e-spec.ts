import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newAccount } from '../factories/account.js';
import { seedKey } from '../factories/api-key.js';
import { joinOrganization, seedTenant } from '../factories/tenant.js';
import { userShape } from '../support/shapes.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

describe('the rights over an account', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp();
  });
  afterAll(() => t.close());

  const create = async () => {
    const answer = await t.request('POST', '/api/v1/users', { body: newAccount() });
    expect(answer.status).toBe(201);
    return userShape.parse(answer.body);
  };

  it('lets nobody without the platform role touch an account that has it', async () => {
    const operator = await seedTenant(t.app, {
      orgId: t.tenant.orgId,
      platformRole: 'admin',
      role: 'member',
    });
    const path = `/api/v1/users/${operator.userId}`;
    const key = await seedKey(t.app, t.tenant, ['*']);
    const before = await t.request('GET', path);
    const { email, username } = newAccount();
    for (const token of [t.tenant.token, key]) {
      for (const body of [
        { password: 'correct horse' },
        { email },
        { username },
        { role: 'user' },
        { avatar: null },
      ])
        expect([body, (await t.request('PATCH', path, { token, body })).status]).toEqual([body, 403]);
      expect((await t.request('PUT', path, { token, body: { email, username } })).status).toBe(403);
      expect((await t.request('DELETE', path, { token })).status).toBe(403);
    }
    expect((await t.request('GET', path)).text).toBe(before.text);
    const peer = await seedTenant(t.app, { orgId: t.tenant.orgId, platformRole: 'admin', role: 'owner' });
    const body = { password: 'correct horse' };
    expect((await t.request('PATCH', path, { token: peer.token, body })).status).toBe(200);
    expect((await t.request('DELETE', path, { token: peer.token })).status).toBe(204);
  });

  it('does not let an admin log in as an account that belongs to another organisation as well', async () => {
    const shared = await create();
    const other = await seedTenant(t.app);
    await joinOrganization(t.app, other.orgId, shared.id, 'owner');
    const path = `/api/v1/users/${shared.id}`;
    const { email, username } = newAccount();
    for (const body of [{ password: 'correct horse' }, { email }, { username }])
      expect([body, (await t.request('PATCH', path, { body })).status]).toEqual([body, 403]);
    const avatar = 'https://example.com/5.png';
    expect((await t.request('PATCH', path, { body: { avatar } })).status).toBe(200);
    expect((await t.request('DELETE', path)).status).toBe(204);
  });

  it('never lets a key change what its creator, or an equal of the creator, logs in with', async () => {
    const second = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'owner' });
    const member = await create();
    const change = async (key: string, id: string, body: object) =>
      (await t.request('PATCH', `/api/v1/users/${id}`, { token: key, body })).status;
    const [writes, administers] = [
      await seedKey(t.app, t.tenant, ['users:write']),
      await seedKey(t.app, t.tenant, ['users:admin']),
    ];
    for (const body of [{ password: 'correct horse' }, { email: newAccount().email }]) {
      for (const { userId } of [t.tenant, second]) {
        expect(await change(writes, userId, body)).toBe(403);
        expect(await change(administers, userId, body)).toBe(403);
      }
      expect(await change(writes, member.id, body)).toBe(403);
      expect(await change(administers, member.id, body)).toBe(200);
    }
    expect(await change(writes, member.id, { avatar: 'https://example.com/6.png' })).toBe(200);
  });
});
