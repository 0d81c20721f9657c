import { afterAll, beforeAll, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { timeLimit } from '../support/time-limit.js';

type Store = 'postgres' | 'mongodb' | 'redis';

interface Fault {
  what: string;
  stores: readonly Store[];
  how: 'killed' | 'frozen';
  status: 'degraded' | 'unhealthy';
  code: 200 | 503;
}

const ONE_BY_ONE: readonly Fault[] = (['killed', 'frozen'] as const).flatMap((how) =>
  (['redis', 'mongodb', 'postgres'] as const).map((store): Fault => ({
    what: store,
    stores: [store],
    how,
    status: 'degraded',
    code: 200,
  })),
);
const TOGETHER: readonly Fault[] = (['killed', 'frozen'] as const).map((how) => ({
  what: 'postgres and mongodb',
  stores: ['postgres', 'mongodb'],
  how,
  status: 'unhealthy',
  code: 503,
}));

const HEALTH_LIMIT_MS = timeLimit(1_600);
const LIVE_LIMIT_MS = timeLimit(50);
const REFUSAL_LIMIT_MS = timeLimit(200);
const RECOVERY_LIMIT_MS = timeLimit(5_000);
const SAMPLES = 15;

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Infinity;

/** The table of api.md, section 9, on real processes. */
describeWithPrivate('mongodb', 'redis')('health while stores are killed and frozen', () => {
  let stores: PrivateStores;
  let api: ApiProcess;
  let tenant: Tenant;

  beforeAll(async () => {
    stores = await startPrivateStores('stores-frozen');
    const app = await createApp(
      parseConfig({ ...stores.env, NODE_ENV: 'test', LOG_LEVEL: 'silent', PORT: '0' }),
    );
    tenant = await seedTenant(app);
    await app.close();
    api = await ApiProcess.start(stores.env);
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await stores.stop();
  });

  const isHealthy = async (process: ApiProcess): Promise<boolean> => {
    const { body } = await process.request('GET', '/health');
    return (body as { status: string }).status === 'healthy';
  };

  const createUser = (process: ApiProcess, { token }: Tenant) =>
    process.request('POST', '/api/v1/users', { token, body: newAccount() });
  const readUser = (process: ApiProcess, { token, userId }: Tenant) =>
    process.request('GET', `/api/v1/users/${userId}`, { token });

  it('is healthy and ready with all of them', async () => {
    await eventually(() => isHealthy(api), Boolean);
    expect((await api.request('GET', '/health/ready')).status).toBe(200);
    expect((await createUser(api, tenant)).status).toBe(201);
  });

  it.each([...ONE_BY_ONE, ...TOGETHER])(
    '$what $how: $status',
    async ({ what, stores: names, how, status, code }) => {
      await eventually(() => isHealthy(api), Boolean);
      // Fills the caches of a principal that is then known.
      expect((await readUser(api, tenant)).status).toBe(200);
      try {
        for (const name of names) {
          if (how === 'killed') await stores[name].kill();
          else await stores[name].freeze();
        }
        const health = await api.request('GET', '/health');
        expect(health.elapsedMs).toBeLessThan(HEALTH_LIMIT_MS);
        expect(health).toMatchObject({ status: code, body: { status } });
        const down = Object.fromEntries(names.map((name) => [name, { status: 'down' }]));
        expect(health.body).toMatchObject({ checks: down });

        const database = await api.request('GET', '/health/database');
        expect(database.elapsedMs).toBeLessThan(HEALTH_LIMIT_MS);
        expect(database).toMatchObject({ status: 503, body: { status: 'error', error: down } });
        const dual = await api.request('GET', '/api/health');
        expect(dual).toMatchObject({ status: code, body: { status } });
        const ready = await api.request('GET', '/health/ready');
        expect(ready.elapsedMs).toBeLessThan(HEALTH_LIMIT_MS);
        expect(ready.status).toBe(code);

        const live: number[] = [];
        for (let n = 0; n < SAMPLES; n += 1) live.push((await api.request('GET', '/health/live')).elapsedMs);
        expect(median(live)).toBeLessThan(LIVE_LIMIT_MS);

        const metrics = await api.request('GET', '/metrics');
        expect(metrics.status).toBe(200);
        expect(metrics.elapsedMs).toBeLessThan(HEALTH_LIMIT_MS);

        const read = await readUser(api, tenant);
        expect({ read: read.status, body: read.body }).toMatchObject({ read: 200 });
        const writes: number[] = [];
        for (let n = 0; n < SAMPLES; n += 1) {
          const write = await createUser(api, tenant);
          expect(write.status).toBe(names.includes('postgres') ? 503 : 201);
          writes.push(write.elapsedMs);
        }
        if (names.includes('postgres')) expect(median(writes)).toBeLessThan(REFUSAL_LIMIT_MS);
        console.log(
          `${what} ${how}: health ${health.elapsedMs.toFixed(0)} ms, live p50 ${median(live).toFixed(1)} ms, ` +
            `write p50 ${median(writes).toFixed(1)} ms, read ${read.elapsedMs.toFixed(1)} ms`,
        );
      } finally {
        for (const name of names) {
          if (how === 'killed') await stores[name].restart();
          else stores[name].thaw();
        }
      }
      const startedAt = performance.now();
      await eventually(() => isHealthy(api), Boolean, RECOVERY_LIMIT_MS);
      expect((await createUser(api, tenant)).status).toBe(201);
      console.log(`${what} ${how}: healthy after ${(performance.now() - startedAt).toFixed(0)} ms`);
    },
    60_000,
  );

  it.each(['postgres', 'mongodb', 'redis'] as const)(
    'starts while %s is down, and heals',
    async (name) => {
      let late: ApiProcess;
      await stores[name].kill();
      try {
        late = await ApiProcess.start(stores.env);
        const health = await late.request('GET', '/health');
        expect(health).toMatchObject({ status: 200, body: { status: 'degraded' } });
        expect(health.body).toMatchObject({ checks: { [name]: { status: 'down' } } });
        expect((await createUser(late, tenant)).status).toBe(name === 'postgres' ? 503 : 201);
      } finally {
        await stores[name].restart();
      }
      const startedAt = performance.now();
      await eventually(() => isHealthy(late), Boolean, RECOVERY_LIMIT_MS);
      expect((await createUser(late, tenant)).status).toBe(201);
      console.log(`started without ${name}: healthy after ${(performance.now() - startedAt).toFixed(0)} ms`);
      await late.stop();
    },
    60_000,
  );

  it('refuses the very write that meets a frozen PostgreSQL, before anybody asked for health', async () => {
    const refusals: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      await eventually(() => isHealthy(api), Boolean);
      expect((await createUser(api, tenant)).status).toBe(201);
      await stores.postgres.freeze();
      try {
        const refused = await createUser(api, tenant);
        expect(refused.status).toBe(503);
        expect(refused.headers.get('retry-after')).not.toBeNull();
        refusals.push(refused.elapsedMs);
      } finally {
        stores.postgres.thaw();
      }
    }
    console.log(`first write after the freeze: ${refusals.map((ms) => ms.toFixed(0)).join(', ')} ms`);
    // 200 ms to notice, and what a busy machine adds.
    expect(median(refusals)).toBeLessThan(REFUSAL_LIMIT_MS + 50);
  });
});
