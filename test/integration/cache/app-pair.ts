import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../../src/app.setup.js';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { parseConfig } from '../../../src/config/parse-config.js';
import { seedTenant, type Tenant } from '../../factories/tenant.js';
import { eventually } from '../../support/eventually.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { type Answer, request, type RequestOptions } from '../../support/test-app.js';
import { createTestStores, type TestStores } from '../../support/test-stores.js';
import { PATIENT } from './cache-instance.js';

/** One instance of the application, with a way of its own to Redis. */
export interface Instance {
  app: NestFastifyApplication;
  redis: TcpProxy;
  /** As the tenant's owner, unless `token` says otherwise. */
  request: (method: string, path: string, options?: RequestOptions) => Promise<Answer>;
  isTrusted: () => boolean;
  close: () => Promise<void>;
}

/** Two instances of the whole application on the same stores. */
export interface Pair {
  stores: TestStores;
  tenant: Tenant;
  one: Instance;
  two: Instance;
  /** A further instance. */
  start: () => Promise<Instance>;
  close: () => Promise<void>;
}

export interface PairOptions {
  /** A private server, in place of the one that all tests share. */
  redisUrl?: string;
  /** For what is not about time: a busy machine must not turn a hit into a miss. */
  isPatient?: boolean;
}

export async function startPair({ redisUrl, isPatient = false }: PairOptions = {}): Promise<Pair> {
  const stores = await createTestStores(redisUrl === undefined ? {} : { REDIS_URL: redisUrl });
  const target = stores.env['REDIS_URL'] ?? '';
  let token: string | null = null;
  const start = async (): Promise<Instance> => {
    const redis = await TcpProxy.start(target);
    const app = await createApp(parseConfig({ ...stores.env, REDIS_URL: redis.url }));
    const shared = app.get(SharedTier);
    if (isPatient) Reflect.set(shared, 'budget', PATIENT);
    return {
      app,
      redis,
      request: (method, path, options = {}) => request(app, method, path, { token, ...options }),
      isTrusted: () => shared.isTrusted,
      close: async () => {
        await app.close();
        await redis.close();
      },
    };
  };
  const [one, two] = await Promise.all([start(), start()]);
  const tenant = await seedTenant(one.app);
  ({ token } = tenant);
  await trusted(one, two);
  return {
    stores,
    tenant,
    one,
    two,
    start,
    close: async () => {
      await Promise.all([one.close(), two.close()]);
      await stores.drop();
    },
  };
}

/** `instances` believe Redis (again). */
export const trusted = (...instances: Instance[]): Promise<unknown> =>
  eventually(
    async () => instances.map((instance) => instance.isTrusted()),
    (all) => all.every(Boolean),
    10_000,
  );

/** A read of the user is answered from the cache. */
export const warmed = (instance: Instance, path: string): Promise<Answer> =>
  eventually(
    () => instance.request('GET', path),
    ({ headers }) => headers['cache-status']?.includes('hit') ?? false,
  );
