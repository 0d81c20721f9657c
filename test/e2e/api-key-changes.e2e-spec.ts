import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

import { LastUses } from '../../src/modules/auth/last-uses.service.js';
import { seedTenant } from '../factories/tenant.js';
import { lengthenSessions } from '../support/long-sessions.js';
import { createTestApp, type TestApp } from '../support/test-app.js';
import { TravellingClock } from '../support/travelling-clock.js';

const newKeyShape = z.object({ id: z.uuid(), key: z.string(), start: z.string() });
const idsShape = z.object({ data: z.array(z.object({ id: z.uuid() })) });

describe('changes of API keys', () => {
  let t: TestApp;
  let clock: TravellingClock;
  beforeAll(async () => {
    t = await createTestApp();
    clock = new TravellingClock(t.app);
    await lengthenSessions(t.app);
  });
  afterAll(() => t.close());

  const create = async (more: Record<string, unknown> = {}, token = t.tenant.token) => {
    const body = { name: 'CI', scopes: ['users:read'], environment: 'test', ...more };
    const answer = await t.request('POST', '/api/v1/api-keys', { body, token });
    expect(answer.status).toBe(201);
    return newKeyShape.parse(answer.body);
  };
  const patch = (id: string, body: unknown, options = {}) =>
    t.request('PATCH', `/api/v1/api-keys/${id}`, { body, ...options });
  const rotate = (id: string, overlap_seconds: number, token = t.tenant.token) =>
    t.request('POST', `/api/v1/api-keys/${id}/rotate`, { body: { overlap_seconds }, token });
  const statusWith = async (key: string) => (await t.request('GET', '/api/v1/users', { token: key })).status;
  const verify = async (key: string) => {
    const { body } = await t.request('POST', '/api/v1/api-keys/verify', { body: { key } });
    return z.object({ code: z.string(), key_id: z.string().nullable() }).parse(body);
  };

  it('are merge patches, and count from the next request on', async () => {
    const { id, key } = await create({
      rate_limit: { limit: 100, window_seconds: 60 },
      credits: { remaining: 5, refill: { amount: 10, interval: 'monthly', day: 31 } },
      metadata: { plan: 'pro', seats: 3 },
    });
    expect(await statusWith(key)).toBe(200);
    const answer = await patch(id, {
      ...{ name: 'Renamed', enabled: false, scopes: ['users:write'], flag_environment: 'staging' },
      rate_limit: { limit: 50 },
      credits: { refill: { day: null, interval: 'daily' } },
      metadata: { seats: null, region: 'eu' },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: {
        ...{ id, name: 'Renamed', enabled: false, scopes: ['users:write'], flag_environment: 'staging' },
        ...{ prefix: 'ttk_test_', rate_limit: { limit: 50, window_seconds: 60 } },
        credits: { remaining: 5, refill: { amount: 10, interval: 'daily', day: null } },
        metadata: { plan: 'pro', region: 'eu' },
      },
    });
    expect(await statusWith(key)).toBe(401);
    expect(answer.body).toEqual((await t.request('GET', `/api/v1/api-keys/${id}`)).body);
    expect((await patch(id, { enabled: true })).status).toBe(200);
    expect(await statusWith(key)).toBe(200);
    const emptied = await patch(id, {
      rate_limit: null,
      credits: null,
      flag_environment: null,
      metadata: null,
    });
    expect(emptied.body).toMatchObject({
      ...{ rate_limit: null, credits: null, flag_environment: 'development', metadata: {} },
    });
    const changes = await t.request('GET', `/api/v1/activity?event_type=api_key.updated&resource_id=${id}`);
    expect(changes.body).toHaveProperty('data.length', 3);
  });

  it.each([
    [{ name: null }, 'name'],
    [{ scopes: ['unicorns:read'] }, 'scopes.0'],
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ rate_limit: { limit: 5 } }, 'rate_limit.window_seconds'],
    [{ credits: { refill: { amount: 5, interval: 'daily' } } }, 'credits.remaining'],
    [{ environment: 'live' }, 'environment'],
  ])('refuse %j', async (body, path) => {
    const { id } = await create();
    const answer = await patch(id, body);
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path }] } });
  });

  it('are refused where If-Match is old, and after the revocation', async () => {
    const { id } = await create();
    expect((await patch(id, { name: 'New' }, { headers: { 'if-match': '"old"' } })).status).toBe(412);
    await t.request('DELETE', `/api/v1/api-keys/${id}`);
    expect(await patch(id, { enabled: true })).toMatchObject({
      status: 409,
      body: { code: 'api_keys.revoked' },
    });
    expect((await rotate(id, 0)).status).toBe(409);
  });

  it('give no scopes and no secret of somebody else’s key', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const { id } = await create();
    expect((await patch(id, { scopes: ['users:read', 'users:write'] }, { token: admin.token })).status).toBe(
      403,
    );
    expect((await rotate(id, 0, admin.token)).status).toBe(403);
    expect((await patch(id, { enabled: false }, { token: admin.token })).status).toBe(200);
  });

  it('by a key stay within it', async () => {
    const rate_limit = { limit: 10_000, window_seconds: 60 };
    const maker = await create({ scopes: ['api-keys:admin', 'users:write'], rate_limit });
    const child = newKeyShape.parse(
      (
        await t.request('POST', '/api/v1/api-keys', {
          body: { name: 'child', scopes: ['users:read'], environment: 'test' },
          token: maker.key,
        })
      ).body,
    );
    const read = await t.request('GET', `/api/v1/api-keys/${child.id}`);
    expect(read.body).toMatchObject({ rate_limit, parent_id: maker.id });
    const byKey = { token: maker.key };
    expect((await patch(child.id, { scopes: ['users:write'] }, byKey)).status).toBe(200);
    for (const body of [
      { scopes: ['activity:read'] },
      { scopes: ['*'] },
      { rate_limit: null },
      { rate_limit: { limit: 20_000 } },
      { flag_environment: 'production' },
    ])
      expect([body, (await patch(child.id, body, byKey)).status]).toEqual([body, 403]);
    expect((await patch(maker.id, { rate_limit: { limit: 20_000 } }, byKey)).status).toBe(403);
    expect((await rotate(child.id, 0, maker.key)).status).toBe(200);
    const everything = await create({ scopes: ['*'] });
    expect((await rotate(everything.id, 0, maker.key)).status).toBe(403);
    expect((await rotate(maker.id, 0, maker.key)).status).toBe(200);
  });

  it('bound the keys that a key has made, at once', async () => {
    const scopes = ['api-keys:admin', 'users:write'];
    const maker = await create({ scopes });
    const body = { name: 'child', scopes: ['users:write'], environment: 'test' };
    const made = await t.request('POST', '/api/v1/api-keys', { body, token: maker.key });
    const child = newKeyShape.parse(made.body);
    const checked = async () => {
      const answer = await t.request('POST', '/api/v1/api-keys/verify', { body: { key: child.key } });
      return z.looseObject({ code: z.string(), scopes: z.array(z.string()) }).parse(answer.body);
    };
    expect([await statusWith(child.key), (await checked()).code]).toEqual([200, 'VALID']);
    await patch(maker.id, { enabled: false });
    expect([await statusWith(child.key), (await checked()).code]).toEqual([401, 'DISABLED']);
    await patch(maker.id, { enabled: true, scopes: ['api-keys:admin', 'users:read'] });
    expect([await statusWith(child.key), (await checked()).scopes]).toEqual([200, ['users:read']]);
    await patch(maker.id, { scopes: ['api-keys:admin'] });
    expect([await statusWith(child.key), (await checked()).scopes]).toEqual([403, []]);
    const expires_at = '2100-01-01T00:00:00.000Z';
    await patch(maker.id, { scopes, expires_at, rate_limit: { limit: 2, window_seconds: 600 } });
    expect(await checked()).toMatchObject({
      ...{ code: 'VALID', scopes: ['users:write'], expires_at },
      ratelimit: { limit: 2, remaining: 1 },
    });
    const statuses = [await statusWith(child.key), await statusWith(child.key), (await checked()).code];
    expect(statuses).toEqual([200, 429, 'RATE_LIMITED']);
  });

  it('give a key with every scope nothing that is private to a person', async () => {
    const everything = await create({ scopes: ['*'] });
    const diary = await create({ scopes: ['journal:read'] });
    const body = { name: 'diary', scopes: ['journal:read'], environment: 'test' };
    const asKey = { token: everything.key };
    expect((await t.request('POST', '/api/v1/api-keys', { body, ...asKey })).status).toBe(403);
    expect((await patch(everything.id, { scopes: ['*', 'journal:read'] }, asKey)).status).toBe(403);
    expect((await rotate(diary.id, 0, everything.key)).status).toBe(403);
    const asked = { key: everything.key, scopes: ['journal:read'] };
    expect((await t.request('POST', '/api/v1/api-keys/verify', { body: asked })).body).toMatchObject({
      code: 'INSUFFICIENT_PERMISSIONS',
    });
    expect((await patch(everything.id, { scopes: ['*', 'journal:read'] })).status).toBe(200);
    expect((await t.request('GET', '/api/v1/journal/entries', asKey)).status).toBe(200);
  });

  it('end the keys that a revoked one has made', async () => {
    const scopes = ['api-keys:admin', 'users:read'];
    const maker = await create({ scopes });
    const by = async (token: string) => create({ scopes: ['users:read'] }, token);
    const [child, other] = [await by(maker.key), await by(maker.key)];
    expect(await statusWith(child.key)).toBe(200);
    expect((await t.request('DELETE', `/api/v1/api-keys/${maker.id}`)).status).toBe(204);
    expect([await statusWith(child.key), await statusWith(other.key)]).toEqual([401, 401]);
    const entries = await t.request(
      'GET',
      `/api/v1/activity?event_type=api_key.revoked&resource_id=${child.id}`,
    );
    expect(entries.body).toHaveProperty('data.length', 1);
  });

  it('rotate with an overlap, after which the old secret has expired', async () => {
    const { id, key: old, start } = await create();
    const answer = await rotate(id, 3_600);
    const { key, ...rotated } = newKeyShape.parse(answer.body);
    expect([answer.status, rotated.id, rotated.start === start]).toEqual([200, id, false]);
    expect([await statusWith(old), await statusWith(key)]).toEqual([200, 200]);
    expect([await verify(old), await verify(key)]).toEqual([
      { code: 'VALID', key_id: id },
      { code: 'VALID', key_id: id },
    ]);
    clock.travelTo(new Date(Date.now() + 3_601_000).toISOString());
    try {
      expect([await verify(old), await verify(key)]).toMatchObject([{ code: 'EXPIRED' }, { code: 'VALID' }]);
      expect([await statusWith(old), await statusWith(key)]).toEqual([401, 200]);
    } finally {
      clock.back();
    }
    // A leak: without an overlap every older secret ends.
    const last = newKeyShape.parse((await rotate(id, 0)).body);
    expect([await verify(old), await verify(key), await verify(last.key)]).toMatchObject([
      { code: 'EXPIRED' },
      { code: 'EXPIRED' },
      { code: 'VALID' },
    ]);
    expect((await rotate(id, 30 * 86_400 + 1)).status).toBe(422);
  });

  it('leave one valid successor of rotations at once, and replay none of its secret', async () => {
    const { id } = await create();
    const answers = await Promise.all(Array.from({ length: 8 }, () => rotate(id, 0)));
    const keys = answers.flatMap(({ status, body }) => (status === 200 ? [newKeyShape.parse(body).key] : []));
    expect(answers.filter(({ status }) => status === 409).length).toBe(answers.length - keys.length);
    const codes = await Promise.all(keys.map(async (key) => (await verify(key)).code));
    expect(codes.filter((code) => code === 'VALID')).toHaveLength(1);
    const options = { body: { overlap_seconds: 0 }, headers: { 'idempotency-key': 'rotation' } };
    const path = `/api/v1/api-keys/${id}/rotate`;
    const [first, second] = [await t.request('POST', path, options), await t.request('POST', path, options)];
    expect(second).toMatchObject({ status: 200, body: { ...(first.body as object), key: null } });
  });

  it('are listed by environment, state and account', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const live = await create({ environment: 'live' }, admin.token);
    const off = await create({}, admin.token);
    await patch(off.id, { enabled: false });
    const list = async (query: string) => {
      const { body } = await t.request('GET', `/api/v1/api-keys?user_id=${admin.userId}${query}`);
      return idsShape.parse(body).data.map(({ id }) => id);
    };
    expect(await list('')).toEqual([off.id, live.id]);
    expect(await list('&environment=live')).toEqual([live.id]);
    expect(await list('&enabled=false')).toEqual([off.id]);
    expect(await list('&enabled=true&environment=test')).toEqual([]);
    expect((await t.request('GET', '/api/v1/api-keys?enabled=yes')).status).toBe(400);
  });

  it('show when a key was used last', async () => {
    const { id, key } = await create();
    const path = `/api/v1/api-keys/${id}`;
    expect((await t.request('GET', path)).body).toMatchObject({ last_used_at: null });
    const before = Date.now();
    await statusWith(key);
    await t.app.get(LastUses).flush();
    const { last_used_at } = z
      .object({ last_used_at: z.iso.datetime() })
      .parse((await t.request('GET', path)).body);
    expect(new Date(last_used_at).getTime()).toBeGreaterThanOrEqual(before);
  });

  it('make a key see the flags of another environment', async () => {
    const { id, key } = await create({ scopes: ['features:read'] });
    const flag = {
      ...{ key: 'of-staging', name: 'Of staging', flag_type: 'boolean', default_value: false },
      environments: { staging: { enabled: true, value: true } },
    };
    expect((await t.request('POST', '/api/v1/features', { body: flag })).status).toBe(201);
    const value = async () => {
      const path = '/ofrep/v1/evaluate/flags/of-staging';
      return (await t.request('POST', path, { body: { context: { targetingKey: 'a' } }, token: key })).body;
    };
    expect(await value()).toMatchObject({ value: false });
    await patch(id, { flag_environment: 'staging' });
    expect(await value()).toMatchObject({ value: true });
  });
});
