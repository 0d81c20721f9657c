import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { newToken } from '../../src/common/crypto/tokens.js';
import { newId } from '../../src/common/ids/ids.js';
import { Clock } from '../../src/common/time/clock.js';
import { IdentitiesReadModel } from '../../src/modules/auth/identities.pg.read-model.js';
import { seedKey } from '../factories/api-key.js';
import { seedTenant } from '../factories/tenant.js';
import { createTestApp, type TestApp } from '../support/test-app.js';

const FREE = 100;

describe('unknown credentials', () => {
  let t: TestApp;
  let lookups = 0;
  let aheadMs = 0;

  beforeAll(async () => {
    t = await createTestApp({ TRUST_PROXY: '1' });
    const identities = t.app.get(IdentitiesReadModel, { strict: false });
    for (const method of ['ofSession', 'ofApiKey'] as const) {
      const original = identities[method].bind(identities);
      identities[method] = (hash) => {
        lookups += 1;
        return original(hash);
      };
    }
    const startedAt = Date.now();
    t.app.get(Clock, { strict: false }).now = () => new Date(startedAt + aheadMs);
  }, 180_000);
  afterAll(() => t.close());

  const ask = (token: string, address: string, path = '/api/v1/profile') =>
    t.request('GET', path, { token, headers: { 'x-forwarded-for': address } });
  const invented = () => newToken('live', newId()).token;

  it('cost an address at most 100 lookups at once, and then one each second', async () => {
    const before = lookups;
    const statuses: number[] = [];
    for (let n = 0; n < FREE; n += 1) statuses.push((await ask(invented(), '192.0.2.1')).status);
    expect(statuses).toEqual(Array.from({ length: FREE }, () => 401));
    expect(await ask(invented(), '192.0.2.1')).toMatchObject({
      status: 429,
      headers: { 'retry-after': '1' },
      body: { code: 'auth.too_many_attempts' },
    });
    expect(lookups - before).toBe(FREE);
    aheadMs += 1_000;
    expect((await ask(invented(), '192.0.2.1')).status).toBe(401);
    expect((await ask(invented(), '192.0.2.1')).status).toBe(429);
  }, 180_000);

  it('do not limit another address, nor a credential that was accepted before', async () => {
    const [known, other] = [await seedTenant(t.app), await seedTenant(t.app)];
    expect((await ask(known.token, '192.0.2.2')).status).toBe(200);
    for (let n = 0; n < FREE; n += 1) await ask(invented(), '192.0.2.2');
    expect((await ask(invented(), '192.0.2.2')).status).toBe(429);
    expect((await ask(known.token, '192.0.2.2')).status).toBe(200);
    expect((await ask(other.token, '192.0.2.3')).status).toBe(200);
  });

  it('are looked up once in ten seconds if a client repeats one, and count once', async () => {
    const [repeated, before] = [invented(), lookups];
    for (let n = 0; n < FREE + 10; n += 1) expect((await ask(repeated, '192.0.2.4')).status).toBe(401);
    expect(lookups - before).toBe(1);
    const key = await seedKey(t.app, await seedTenant(t.app), ['*']);
    expect((await ask(key, '192.0.2.4')).status).toBe(200);
    aheadMs += 11_000;
    expect((await ask(repeated, '192.0.2.4')).status).toBe(401);
    expect(lookups - before).toBe(3);
  });

  it('are refused in the form of a foreign contract', async () => {
    for (let n = 0; n < FREE; n += 1) await ask(invented(), '2001:db8::1');
    const answer = await t.request('POST', '/ofrep/v1/evaluate/flags', {
      body: {},
      ...{ token: invented(), headers: { 'x-forwarded-for': '2001:db8::ffff' } },
    });
    expect(answer).toMatchObject({ status: 429, body: { errorDetails: expect.any(String) } });
  });

  it('include forged tokens of streams', async () => {
    const path = () => {
      const ids = { id: newId(), userId: newId(), orgId: newId() };
      const claims = { kind: 'session', ...ids, expiresAtMs: Date.now() + aheadMs + 60_000 };
      return `/api/v1/rooms/events?token=${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;
    };
    for (let n = 0; n < FREE; n += 1) expect((await ask('x', '192.0.2.5', path())).status).toBe(401);
    expect((await ask('x', '192.0.2.5', path())).status).toBe(429);
  });
});
