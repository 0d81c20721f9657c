import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seedKey } from '../factories/api-key.js';
import { seedTenant } from '../factories/tenant.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const LIMIT = 12;

describe('RATE_LIMIT', () => {
  let t: TestApp;
  beforeAll(async () => {
    t = await createTestApp({ RATE_LIMIT: `${LIMIT}/1h`, TRUST_PROXY: '1' });
  });
  afterAll(() => t.close());

  const profile = (token: string | null, headers = {}) =>
    t.request('GET', '/api/v1/profile', { token, headers });

  it('admits so many requests of each principal, and says how many are left', async () => {
    const [one, other] = [await seedTenant(t.app), await seedTenant(t.app)];
    for (let left = LIMIT - 1; left >= 0; left -= 1) {
      expect(await profile(one.token)).toMatchObject({
        status: 200,
        headers: {
          'ratelimit-policy': `"principal";q=${LIMIT};w=3600`,
          ratelimit: expect.stringMatching(new RegExp(`^"principal";r=${left};t=(?:3600|35\\d\\d)$`)),
        },
      });
    }
    const refused = await profile(one.token);
    expect(refused).toMatchObject({
      status: 429,
      headers: {
        'content-type': expect.stringContaining('application/problem+json'),
        'retry-after': expect.stringMatching(/^(?:3600|35\d\d)$/),
        ratelimit: expect.stringContaining('"principal";r=0;'),
      },
      body: { code: 'request.rate_limited' },
    });
    expect((await profile(other.token)).status).toBe(200);
    // A key is a principal of its own, and so is refused in the form of its contract.
    const key = await seedKey(t.app, one, ['features:read']);
    const flags = () => t.request('POST', '/ofrep/v1/evaluate/flags', { body: {}, token: key });
    const statuses: number[] = [];
    for (let n = 0; n <= LIMIT; n += 1) statuses.push((await flags()).status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    expect(statuses.at(-1)).toBe(429);
  });

  it('counts a costly route as several requests', async () => {
    const { token } = await seedTenant(t.app);
    const exported = await t.request('GET', '/api/v1/activity/verify', { token });
    expect([exported.status, exported.headers['ratelimit']]).toEqual([
      200,
      expect.stringContaining(`r=${LIMIT - 10};`),
    ]);
    expect((await t.request('GET', '/api/v1/activity/verify', { token })).status).toBe(429);
  });

  it('counts what needs no credential by its address, as the proxy says it', async () => {
    const attempt = (address: string) =>
      t.request('POST', '/api/v1/auth/password-reset', {
        ...{ token: null, headers: { 'x-forwarded-for': address } },
        body: { token: 'x', new_password: 'correct horse battery' },
      });
    for (let n = 0; n < LIMIT; n += 1) expect((await attempt(`2001:db8::${n}`)).status).toBe(422);
    expect(await attempt('2001:db8::ffff')).toMatchObject({
      status: 429,
      headers: { 'ratelimit-policy': `"address";q=${LIMIT};w=3600` },
    });
    expect((await attempt('2001:db8:0:1::1')).status).toBe(422);
    const health = await t.request('GET', '/health/live', { token: null });
    expect([health.status, health.headers['ratelimit']]).toEqual([200, undefined]);
  });
});
