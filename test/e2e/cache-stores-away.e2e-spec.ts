import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

import { createApp } from '../../src/app.setup.js';
import { SharedTier } from '../../src/cache/shared-tier.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { Mongo } from '../../src/stores/mongo/mongo.js';
import { Postgres } from '../../src/stores/postgres/postgres.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { PATIENT } from '../integration/cache/cache-instance.js';
import { isHit } from '../integration/cache/get-routes.js';
import { eventually } from '../support/eventually.js';
import { TcpProxy } from '../support/tcp-proxy.js';
import { type Answer, request } from '../support/test-app.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

type Store = 'postgres' | 'mongodb';

/** The reads of the truth table: what is known stays readable, for whom is known. */
describe('reads', () => {
  let stores: TestStores;
  let app: NestFastifyApplication;
  let tenant: Tenant;
  let ways: Record<Store, TcpProxy>;

  beforeAll(async () => {
    stores = await createTestStores();
    ways = {
      postgres: await TcpProxy.start(stores.env['DATABASE_URL'] ?? ''),
      mongodb: await TcpProxy.start(stores.env['MONGODB_URI'] ?? ''),
    };
    app = await createApp(
      parseConfig({
        ...stores.env,
        DATABASE_URL: ways.postgres.url,
        MONGODB_URI: ways.mongodb.url,
        CACHE_TTL: '1s',
      }),
    );
    Reflect.set(app.get(SharedTier), 'budget', PATIENT);
    tenant = await seedTenant(app);
  });

  afterEach(async () => {
    for (const way of Object.values(ways)) way.heal();
    await eventually(
      async () => [app.get(Postgres).liveness.isUp, app.get(Mongo).liveness.isUp],
      (up) => up.every(Boolean),
      15_000,
    );
    // What is delivered late makes lists of activity stale: not in the middle of the next test.
    await eventually(
      () => app.get(Postgres).sql`select 1 from outbox_queue`.execute(),
      (waiting) => waiting.length === 0,
      25_000,
    );
  });

  afterAll(async () => {
    await app.close();
    await Promise.all(Object.values(ways).map((way) => way.close()));
    await stores.drop();
  });

  const get = (path: string, who: Tenant = tenant): Promise<Answer> =>
    request(app, 'GET', path, { token: who.token });
  const told = ({ status, headers }: Answer): string =>
    `${status} ${headers['x-data-source'] ?? '-'} ${String(headers['cache-status']).replace(/;? ?ttl=\d+/, '')}`;

  it.each([
    { away: ['postgres'], how: 'cut' },
    { away: ['postgres'], how: 'stall' },
    { away: ['mongodb'], how: 'cut' },
    { away: ['mongodb'], how: 'stall' },
    { away: ['postgres', 'mongodb'], how: 'cut' },
  ] as const)('with $away away ($how)', async ({ away, how }) => {
    const isAway = (store: Store): boolean => (away as readonly Store[]).includes(store);
    const known: Record<Store, string> = { postgres: '/api/v1/profile', mongodb: '/api/v1/activity?limit=7' };
    const uncached: Record<Store, string> = {
      postgres: `/api/v1/users?q=${how}${away.length}${away[0]}`,
      mongodb: `/api/v1/activity?event_type=${how}${away.length}${away[0]}`,
    };
    const bodies = new Map<string, string>();
    for (const path of [...Object.values(known), `/api/v1/users/${tenant.userId}`]) {
      bodies.set(path, (await eventually(() => get(path), isHit)).text);
    }
    const stranger = await seedTenant(app);
    for (const store of away) ways[store][how]();
    const account = await request(app, 'POST', '/api/v1/users', { token: tenant.token, body: newAccount() });
    expect(account.status).toBe(isAway('postgres') ? 503 : 201);

    const table: string[] = [];
    for (const [path, text] of bodies) {
      const needed: Store = path.includes('activity') ? 'mongodb' : 'postgres';
      // All but the profile end after a second: from then on only a store that is away lets them be given.
      const isStale = isAway(needed) && !path.endsWith('profile');
      const answer = await eventually(
        () => get(path),
        ({ headers }) => !isStale || headers['x-data-source'] === 'cache-stale',
      );
      table.push(`${path.replace(tenant.userId, ':id')}: ${told(answer)}`);
      expect({ path, status: answer.status }).toEqual({ path, status: 200 });
      if (isAway(needed)) expect({ path, text: answer.text }).toEqual({ path, text });
    }
    for (const store of ['postgres', 'mongodb'] as const) {
      const answer = await get(uncached[store]);
      table.push(`never read, ${store}: ${told(answer)}`);
      expect({ store, status: answer.status }).toEqual({ store, status: isAway(store) ? 503 : 200 });
      if (isAway(store)) expect(answer.headers['retry-after']).toBeDefined();
    }
    const unknown = await get(known.postgres, stranger);
    table.push(`a principal that was never seen: ${told(unknown)}`);
    expect(unknown.status).toBe(isAway('postgres') ? 503 : 200);
    console.info(`${away.join(' and ')} away (${how})\n  ${table.join('\n  ')}`);
  });
});
