import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import postgres from 'postgres';

import { createApp } from '../../src/app.setup.js';
import { newAccount } from '../factories/account.js';
import { seedTenant } from '../factories/tenant.js';
import { ApiProcess } from '../support/api-process.js';
import { activityOf, outboxDrained } from '../support/drained-stores.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { startPrivateMongo } from '../support/private-mongo.js';
import type { PrivateStore } from '../support/private-store.js';
import { userShape } from '../support/shapes.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('mongo-killed');
const MUTATIONS = run.size(1_000, 10_000);
const CONCURRENCY = 64;
const PROCESSES = 2;
const KILLS = 3;
const DOWN_MS = 700;

interface Setting {
  mongo: PrivateStore;
  stores: TestStores;
  apis: ApiProcess[];
  token: string;
  orgId: string;
}

/** What clients were told: how often each kind of event happened to each record. */
class Acknowledged {
  readonly events = new Map<string, number>();
  readonly failures: number[] = [];

  count(type: string, id: string): void {
    const key = `${type} ${id}`;
    this.events.set(key, (this.events.get(key) ?? 0) + 1);
  }
}

describeWithPrivate('mongodb')(`MongoDB killed during ${MUTATIONS} mutations`, () => {
  let setting: Setting | null = null;

  beforeAll(async () => {
    const mongo = await startPrivateMongo('mongo-killed');
    const uri = new URL(mongo.url);
    uri.pathname = '/mongo_killed';
    const stores = await createTestStores({ MONGODB_URI: uri.toString() });
    const app = await createApp(stores.config);
    const { token, orgId } = await seedTenant(app);
    await app.close();
    const apis = await Promise.all(Array.from({ length: PROCESSES }, () => ApiProcess.start(stores.env)));
    setting = { mongo, stores, apis, token, orgId };
  }, 120_000);

  afterAll(async () => {
    await Promise.all((setting?.apis ?? []).map((api) => api.stop()));
    await setting?.stores.drop();
    await setting?.mongo.stop();
  });

  it('loses and repeats no activity entry, and no PostgreSQL route notices', async () => {
    if (!setting) throw new Error('Not set up');
    const { mongo, stores, orgId } = setting;
    const acknowledged = new Acknowledged();
    let done = 0;
    const load = inParallel(CONCURRENCY, MUTATIONS / 2, async (n) => {
      await createAndRename(setting, n, acknowledged);
      done += 2;
    });
    const killed = (async () => {
      for (let kill = 1; kill <= KILLS; kill += 1) {
        const at = (MUTATIONS * kill) / (KILLS + 1);
        await eventually(
          () => Promise.resolve(done),
          (count) => count >= at,
          120_000,
        );
        await mongo.kill();
        await pause(DOWN_MS);
        await mongo.restart();
      }
    })();
    await Promise.all([load, killed]);

    const drainedMs = await outboxDrained(stores.config.postgres.url, 30_000);
    const sql = postgres(stores.config.postgres.url, { max: 1 });
    const logged = await sql<{ id: string }[]>`select id from outbox_events where organization_id = ${orgId}`;
    await sql.end();

    const entries = await activityOf(stores.config.mongo.uri, orgId);
    const seen = new Map<string, number>();
    for (const { event_type: type, resource_id: id } of entries) {
      seen.set(`${type} ${id}`, (seen.get(`${type} ${id}`) ?? 0) + 1);
    }
    const lost = [...acknowledged.events.keys()].filter((key) => !seen.has(key));
    const repeated = [...seen].filter(([key, count]) => count > (acknowledged.events.get(key) ?? 0));
    run.report(
      `MongoDB killed ${KILLS} times during ${MUTATIONS} mutations at ${CONCURRENCY} on ${PROCESSES} processes: ` +
        `${acknowledged.failures.length} errors, ${entries.length} entries, ${lost.length} lost, ` +
        `${repeated.length} repeated, drained ${drainedMs.toFixed(0)} ms after the load`,
    );
    expect(acknowledged.failures).toEqual([]);
    expect(lost).toEqual([]);
    expect(repeated).toEqual([]);
    expect(entries).toHaveLength(MUTATIONS);
    expect(new Set(entries.map((entry) => entry._id))).toEqual(new Set(logged.map((event) => event.id)));
  }, 600_000);
});

/** Two mutations of PostgreSQL, each of which has to leave one entry. */
async function createAndRename(
  setting: Setting | null,
  n: number,
  acknowledged: Acknowledged,
): Promise<void> {
  const api = setting?.apis[n % PROCESSES];
  if (!setting || !api) throw new Error('Not set up');
  const { token } = setting;
  const created = await api.request('POST', '/api/v1/users', { token, body: newAccount() });
  if (created.status !== 201) return void acknowledged.failures.push(created.status);
  const { id } = userShape.parse(created.body);
  acknowledged.count('user.created', id);
  const body = { avatar: `https://example.com/${n}.png` };
  const renamed = await api.request('PATCH', `/api/v1/users/${id}`, { token, body });
  if (renamed.status !== 200) return void acknowledged.failures.push(renamed.status);
  acknowledged.count('user.updated', id);
}

async function inParallel(width: number, count: number, work: (n: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let n = next++; n < count; n = next++) await work(n);
  };
  await Promise.all(Array.from({ length: width }, worker));
}
