import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedKey } from '../../factories/api-key.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { PATIENT } from '../../integration/cache/cache-instance.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { request } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { timeLimit } from '../../support/time-limit.js';

const PATH = '/api/v1/features';
const FLAG = {
  ...{ key: 'shown', name: 'Shown', flag_type: 'boolean', default_value: false },
  environments: { production: { enabled: true } },
};

interface Answered {
  value: unknown;
  metadata: { stale?: boolean };
}

describe('feature flags while stores are away', () => {
  let stores: TestStores;
  let app: NestFastifyApplication;
  let tenant: Tenant;
  let key = '';
  let mongo: TcpProxy;
  let redis: TcpProxy;

  beforeAll(async () => {
    stores = await createTestStores();
    mongo = await TcpProxy.start(stores.env['MONGODB_URI'] ?? '');
    redis = await TcpProxy.start(stores.env['REDIS_URL'] ?? '');
    app = await createApp(parseConfig({ ...stores.env, MONGODB_URI: mongo.url, REDIS_URL: redis.url }));
    // However busy the machine is, Redis is waited for.
    Reflect.set(app.get(SharedTier), 'budget', PATIENT);
    tenant = await seedTenant(app);
    key = await seedKey(app, tenant, ['features:read']);
    expect((await ask('POST', PATH, FLAG)).status).toBe(201);
    // The server makes the indexes of a new database meanwhile, and may answer late.
    await eventually(
      async () => (await ask('POST', `${PATH}/evaluate`, { environment: 'production' })).status,
      (status) => status === 200,
    );
  });
  afterEach(async () => {
    mongo.heal();
    redis.heal();
    await eventually(
      async () => app.get(Mongo).liveness.isUp,
      (isUp) => isUp,
    );
  });
  afterAll(async () => {
    await app.close();
    await Promise.all([mongo.close(), redis.close()]);
    await stores.drop();
  });

  const ask = (method: string, path: string, body?: unknown, token = tenant.token) =>
    request(app, method, path, { token, body });
  const evaluate = async (): Promise<Answered> => {
    const { status, body, text } = await ask('POST', `${PATH}/evaluate`, { environment: 'production' });
    if (status !== 200) throw new Error(text);
    const flag = (body as { flags: Record<string, Answered> }).flags['shown'];
    if (!flag) throw new Error(`The flag is gone: ${text}`);
    return flag;
  };
  const isDown = () =>
    eventually(
      async () => (await ask('PATCH', `${PATH}/absent`, { stale: true })).status,
      (status) => status === 503,
    );

  it('are evaluated as before without MongoDB, fresh by what Redis says, and writes end at once', async () => {
    expect(await evaluate()).toMatchObject({ value: true });
    mongo.cut();
    await isDown();
    expect(await evaluate()).toEqual(expect.objectContaining({ value: true, metadata: { version: 1 } }));
    for (const [method, path, body] of [
      ['POST', PATH, { ...FLAG, key: 'new' }],
      ['PATCH', `${PATH}/shown`, { stale: true }],
      ['POST', '/api/v1/segments', { name: 's', constraints: [] }],
      ['POST', '/api/client/metrics', { bucket: { start: '2026-01-01', toggles: { shown: { yes: 1 } } } }],
    ] as const) {
      const token = path === '/api/client/metrics' ? key : tenant.token;
      const began = performance.now();
      const { status, headers } = await ask(method, path, body, token);
      expect({ path, status, retry: headers['retry-after'] !== undefined }).toEqual({
        ...{ path, status: 503, retry: true },
      });
      expect(performance.now() - began).toBeLessThan(timeLimit(200));
    }
  });

  it('go on from the last good state without MongoDB and Redis, and say so', async () => {
    expect(await evaluate()).toMatchObject({ value: true });
    // A credential that was never seen cannot be known now.
    expect((await ask('GET', '/api/client/features', undefined, key)).status).toBe(200);
    mongo.cut();
    redis.cut();
    await isDown();
    expect(await evaluate()).toMatchObject({ value: true, metadata: { stale: true } });
    const ofrep = await ask('POST', '/ofrep/v1/evaluate/flags/shown', { context: {} }, key);
    expect(ofrep.body).toMatchObject({ value: false, metadata: { stale: true } });
    expect((await ask('GET', '/api/client/features', undefined, key)).status).toBe(200);
    // A tenant whose flags were never seen has no last state.
    const stranger = await seedTenant(app);
    const refused = await request(app, 'POST', `${PATH}/evaluate`, { token: stranger.token, body: {} });
    expect(refused.status).toBe(503);
  });

  it('follow every change without Redis', async () => {
    redis.cut();
    for (const enabled of [false, true, false, true]) {
      const path = `${PATH}/shown/environments/production`;
      expect((await ask('PUT', path, { enabled })).status).toBe(200);
      const { value, metadata } = await evaluate();
      expect({ value, stale: metadata.stale }).toEqual({ value: enabled, stale: undefined });
    }
  });
});
