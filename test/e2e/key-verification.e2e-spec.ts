import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { TaggedCache } from '../../src/cache/tagged-cache.js';
import { principalTag } from '../../src/modules/auth/principal-tags.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { seedTenant } from '../factories/tenant.js';
import { lengthenSessions } from '../support/long-sessions.js';
import { createTestApp, request, type TestApp } from '../support/test-app.js';
import { TravellingClock } from '../support/travelling-clock.js';

const newKeyShape = z.object({ id: z.uuid(), key: z.string() });
const checkShape = z.object({ code: z.string(), remaining: z.number().nullable() });

describe('the verification of API keys', () => {
  let t: TestApp;
  let other: NestFastifyApplication;
  let clock: TravellingClock;
  beforeAll(async () => {
    t = await createTestApp();
    other = await createApp(t.stores.config);
    clock = new TravellingClock(t.app);
    await lengthenSessions(t.app);
  });
  afterAll(async () => {
    await other.close();
    await t.close();
  });

  const create = async (more: Record<string, unknown> = {}, token = t.tenant.token) => {
    const body = { name: 'CI', scopes: ['documents:write'], environment: 'live', ...more };
    const answer = await t.request('POST', '/api/v1/api-keys', { body, token });
    expect(answer.status).toBe(201);
    return newKeyShape.parse(answer.body);
  };
  const ask = (key: string, more: Record<string, unknown> = {}, app = t.app) =>
    request(app, 'POST', '/api/v1/api-keys/verify', { body: { key, ...more }, token: t.tenant.token });
  const check = async (key: string, more: Record<string, unknown> = {}, app = t.app) => {
    const answer = await ask(key, more, app);
    expect(answer.status).toBe(200);
    return checkShape.parse(answer.body);
  };
  const codeOf = async (key: string, more: Record<string, unknown> = {}) => (await check(key, more)).code;

  it('says whose key it is, what it may do and what is left', async () => {
    const { id, key } = await create({
      ...{ expires_at: '2100-01-01T00:00:00.000Z', credits: { remaining: 10 } },
      rate_limit: { limit: 5, window_seconds: 60 },
    });
    expect((await ask(key, { scopes: ['documents:read'], cost: 3 })).body).toEqual({
      ...{ valid: true, code: 'VALID', key_id: id, scopes: ['documents:write'] },
      owner: { user_id: t.tenant.userId, organization_id: t.tenant.orgId },
      ...{ remaining: 7, expires_at: '2100-01-01T00:00:00.000Z' },
      ratelimit: { limit: 5, window_seconds: 60, remaining: 4, reset_seconds: expect.any(Number) },
    });
  });

  it('knows no text that is no key, no unknown key, and none of another organisation', async () => {
    const stranger = await seedTenant(t.app);
    const foreign = await create({}, stranger.token);
    const { key } = await create();
    for (const text of ['x', `${key}x`, t.tenant.token, foreign.key])
      expect((await ask(text)).body).toMatchObject({ valid: false, code: 'NOT_FOUND', key_id: null });
    for (const body of [{}, { key, cost: -1 }, { key, cost: 1_000_001 }, { key, scopes: ['everything'] }])
      expect((await t.request('POST', '/api/v1/api-keys/verify', { body })).status).toBe(422);
  });

  it('names the first thing that is wrong, and takes no credit for it', async () => {
    const { id, key } = await create({
      credits: { remaining: 0 },
      rate_limit: { limit: 2, window_seconds: 3_600 },
    });
    const { sql } = t.app.get(Postgres);
    const codes: string[] = [];
    const wanted = { scopes: ['users:write'] };
    const note = async (more: Record<string, unknown> = wanted) => {
      await t.app.get(TaggedCache).invalidate([principalTag(t.tenant.userId)]);
      codes.push(await codeOf(key, more));
    };
    await sql`update api_keys set revoked_at = now(), enabled = false, expires_at = now() where id = ${id}`;
    await note();
    await sql`update api_keys set revoked_at = null where id = ${id}`;
    await note();
    await sql`update api_keys set enabled = true where id = ${id}`;
    await note();
    await sql`update api_keys set expires_at = null where id = ${id}`;
    await note();
    for (let n = 0; n < 3; n += 1) await note({});
    expect(codes).toEqual([
      ...['REVOKED', 'DISABLED', 'EXPIRED', 'INSUFFICIENT_PERMISSIONS'],
      ...['USAGE_EXCEEDED', 'USAGE_EXCEEDED', 'RATE_LIMITED'],
    ]);
    const counted = await create({ credits: { remaining: 2 } });
    expect(await codeOf(counted.key, wanted)).toBe('INSUFFICIENT_PERMISSIONS');
    expect(await check(counted.key, { cost: 3 })).toEqual({ code: 'USAGE_EXCEEDED', remaining: 2 });
    expect(await check(counted.key, { cost: 0 })).toEqual({ code: 'VALID', remaining: 2 });
    expect(await check(counted.key, { cost: 2 })).toEqual({ code: 'VALID', remaining: 0 });
  });

  it('takes lists, and all or any of them within each other', async () => {
    const { key } = await create({ scopes: ['documents:write', 'users:read'] });
    const [yes, no] = ['documents:read', 'activity:read'];
    const codes = await Promise.all(
      [
        [yes, 'users:read'],
        [yes, no],
        { any: [no, yes] },
        { all: [yes, { any: [no, { all: [yes, 'users:read'] }] }] },
        { all: [yes, { any: [no] }] },
        [],
      ].map((scopes) => codeOf(key, { scopes })),
    );
    expect(codes.map((code) => code === 'VALID')).toEqual([true, false, true, true, false, true]);
  });

  it('grants no more than the creator may now', async () => {
    const admin = await seedTenant(t.app, { orgId: t.tenant.orgId, role: 'admin' });
    const { key } = await create({ scopes: ['users:write', 'documents:write'] }, admin.token);
    expect(await codeOf(key, { scopes: ['users:write'] })).toBe('VALID');
    const member = `/api/v1/organizations/${t.tenant.orgId}/members/${admin.userId}`;
    expect((await t.request('PATCH', member, { body: { role: 'member' } })).status).toBe(200);
    expect(await codeOf(key, { scopes: ['users:write'] })).toBe('INSUFFICIENT_PERMISSIONS');
    expect((await ask(key, { scopes: ['documents:write'] })).body).toMatchObject({
      ...{ code: 'VALID', scopes: ['users:read', 'documents:write'] },
    });
  });

  it('admits exactly the credits that there are, over two instances and at mixed costs', async () => {
    const [credits, checks] = [60, 300];
    const { id, key } = await create({ credits: { remaining: credits } });
    const answers = await Promise.all(
      Array.from({ length: checks }, (_, n) => check(key, { cost: 1 }, n % 2 === 0 ? t.app : other)),
    );
    const valid = answers.filter(({ code }) => code === 'VALID');
    expect([valid.length, answers.length - valid.length]).toEqual([credits, checks - credits]);
    expect(new Set(valid.map(({ remaining }) => remaining)).size).toBe(credits);

    const mixed = await create({ credits: { remaining: 100 } });
    const costs = Array.from({ length: 60 }, (_, n) => (n % 7) + 1);
    const paid = await Promise.all(
      costs.map(async (cost, n) => {
        const { code } = await check(mixed.key, { cost }, n % 2 === 0 ? t.app : other);
        return code === 'VALID' ? cost : 0;
      }),
    );
    const spent = paid.reduce((sum, cost) => sum + cost, 0);
    const { body } = await t.request('GET', `/api/v1/api-keys/${mixed.id}`);
    expect(body).toMatchObject({ credits: { remaining: 100 - spent } });
    expect((await t.request('GET', `/api/v1/api-keys/${id}`)).body).toMatchObject({
      credits: { remaining: 0 },
    });
  });

  it('refills by the calendar in UTC, within the statement that spends', async () => {
    clock.travelTo('2027-01-30T23:59:59Z');
    try {
      const refill = { amount: 5, interval: 'monthly', day: 31 };
      const monthly = await create({ credits: { remaining: 7, refill } });
      const daily = await create({ credits: { remaining: 1, refill: { amount: 3, interval: 'daily' } } });
      const left = async ({ key }: { key: string }, cost: number) => (await check(key, { cost })).remaining;
      // A higher balance stays: 7, less 1.
      clock.travelTo('2027-01-31T00:00:00Z');
      expect([await left(monthly, 1), await left(daily, 1)]).toEqual([6, 2]);
      clock.travelTo('2027-02-27T23:59:59Z');
      expect([await left(monthly, 6), await left(daily, 1)]).toEqual([0, 2]);
      // The last day of a month without a 31st.
      clock.travelTo('2027-02-28T00:00:00Z');
      expect((await t.request('GET', `/api/v1/api-keys/${monthly.id}`)).body).toMatchObject({
        credits: { remaining: 5 },
      });
      expect([await left(monthly, 5), await left(monthly, 1)]).toEqual([0, 0]);
      clock.travelTo('2027-03-30T12:00:00Z');
      expect(await codeOf(monthly.key)).toBe('USAGE_EXCEEDED');
      clock.travelTo('2027-05-02T12:00:00Z');
      expect(await left(monthly, 1)).toBe(4);
    } finally {
      clock.back();
    }
  });

  it('needs api-keys:read', async () => {
    const reader = await create({ scopes: ['api-keys:read'] });
    const { key } = await create();
    const body = { key };
    const path = '/api/v1/api-keys/verify';
    expect((await t.request('POST', path, { body, token: reader.key })).status).toBe(200);
    expect((await t.request('POST', path, { body, token: key })).status).toBe(403);
  });

  it('limits a key’s own requests and its verifications together, over both instances', async () => {
    const rate_limit = { limit: 4, window_seconds: 3_600 };
    const { key } = await create({ scopes: ['users:read'], rate_limit });
    const own = (app: NestFastifyApplication) => request(app, 'GET', '/api/v1/users', { token: key });
    const first = await own(t.app);
    expect(first.headers).toMatchObject({
      'ratelimit-policy': '"key";q=4;w=3600',
      ratelimit: expect.stringMatching(/^"key";r=3;t=(?:3600|35\d\d)$/),
    });
    expect((await own(other)).status).toBe(200);
    expect([await codeOf(key), await codeOf(key), await codeOf(key)]).toEqual([
      'VALID',
      'VALID',
      'RATE_LIMITED',
    ]);
    const refused = await own(other);
    expect(refused).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/), ratelimit: expect.stringContaining('r=0') },
      body: { code: 'request.rate_limited' },
    });
  });
});
