import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { Mongo } from '../../../src/stores/mongo/mongo.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { PATIENT } from '../../integration/cache/cache-instance.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { request } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';

const PATH = '/api/v1/notification-templates';
const CONTENT = { default_locale: 'en', variants: { en: { body: 'one' } } };
/** How fast a write must be refused; the machine may be busy, so the best of some counts. */
const REFUSED_WITHIN_MS = 200;

describe('notification templates while stores are away', () => {
  let stores: TestStores;
  let app: NestFastifyApplication;
  let tenant: Tenant;
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
    for (const key of ['seen', 'unseen']) {
      // The server makes the indexes of a new database meanwhile, and may answer late.
      await answered('POST', PATH, [201, 409], { key, channel: 'sms', ...CONTENT });
      await answered('POST', `${PATH}/${key}/publish`, [200]);
    }
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

  const ask = (method: string, path: string, body?: unknown) =>
    request(app, method, path, { token: tenant.token, ...(body !== undefined && { body }) });
  const answered = (method: string, path: string, statuses: readonly number[], body?: unknown) =>
    eventually(
      async () => (await ask(method, path, body)).status,
      (status) => statuses.includes(status),
    );
  const render = async (key = 'seen', more: object = {}) => {
    const { status, body } = await ask('POST', `${PATH}/${key}/render`, { locale: 'en', ...more });
    return status === 200 ? (body as { fields: { body: { text: string } } }).fields.body.text : status;
  };
  const isDown = () =>
    eventually(
      async () => (await ask('DELETE', `${PATH}/absent`)).status,
      (status) => status === 503,
    );

  it.each([
    ['MongoDB', () => mongo.cut()],
    [
      'MongoDB and Redis',
      () => {
        mongo.cut();
        redis.cut();
      },
    ],
  ])('are rendered from the last good copy without %s, and writes end at once', async (_, cut) => {
    expect([await render(), await render('seen', { version: 1 })]).toEqual(['one', 'one']);
    cut();
    await isDown();
    expect([await render(), await render('seen', { version: 1 })]).toEqual(['one', 'one']);
    expect([await render('unseen'), await render('seen', { version: 'draft' })]).toEqual([503, 503]);
    for (const [method, path, body] of [
      ['POST', PATH, { key: 'new', channel: 'sms', ...CONTENT }],
      ['PUT', `${PATH}/seen`, CONTENT],
      ['PATCH', `${PATH}/seen`, { variants: { en: { body: 'two' } } }],
      ['DELETE', `${PATH}/seen`, undefined],
      ['POST', `${PATH}/seen/publish`, undefined],
      ['POST', `${PATH}/seen/rollback`, { version: 1 }],
      ['PUT', `${PATH}/seen/import`, { channel: 'sms', ...CONTENT }],
      ['POST', '/api/v1/template-partials', { name: 'p', variants: {} }],
    ] as const) {
      let bestMs = Infinity;
      for (let run = 0; run < 3; run += 1) {
        const began = performance.now();
        const { status, headers } = await ask(method, path, body);
        bestMs = Math.min(bestMs, performance.now() - began);
        expect({ path, status, retry: headers['retry-after'] !== undefined }).toEqual({
          path,
          status: 503,
          retry: true,
        });
      }
      expect(bestMs).toBeLessThan(REFUSED_WITHIN_MS);
    }
  });

  /** The new instance has the server make its indexes meanwhile, so that it may answer late. */
  async function publishes(text: string): Promise<void> {
    await answered('PATCH', `${PATH}/unseen`, [200], { variants: { en: { body: text } } });
    await answered('POST', `${PATH}/unseen/publish`, [200]);
  }

  it('show a publication at once, on another instance and without Redis', async () => {
    const other = await createApp(parseConfig(stores.env));
    try {
      Reflect.set(other.get(SharedTier), 'budget', PATIENT);
      const elsewhere = async () => {
        const path = `${PATH}/unseen/render`;
        const { body } = await request(other, 'POST', path, { token: tenant.token, body: { locale: 'en' } });
        return (body as { fields: { body: { text: string } } }).fields.body.text;
      };
      for (const text of ['a', 'b', 'c']) {
        await publishes(text);
        expect([await render('unseen'), await elsewhere()]).toEqual([text, text]);
      }
      redis.cut();
      await publishes('d');
      expect(await render('unseen')).toBe('d');
    } finally {
      await other.close();
    }
  });
});
