import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';
import mongoose from 'mongoose';
import postgres from 'postgres';
import { z } from 'zod';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { ACTIVITY_COLLECTION, type ActivityLog } from '../../src/modules/activity/activity-log.js';
import { seedTenant } from '../factories/tenant.js';
import { ApiProcess } from '../support/api-process.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';

const run = new FaultRun('spool-mongo-away');
const ENTRIES = run.size(1_500, 10_000);
const KILLS = run.size(3, 10);
/** Of 1,000 entries: more than the workers can deliver until the last of them is killed. */
const BATCHES = run.size(15, 60);
const CONCURRENCY = 32;
const PROCESSES = 2;
const AWAY_MS = 500;

const created = z.object({ id: z.uuid() });
const batchAnswer = z.object({ outcomes: z.array(z.object({ id: z.uuid(), status: z.literal(202) })) });

/** What clients were told. */
interface Acknowledged {
  status: number;
  id: string;
}

describeWithPrivate('mongodb', 'redis')(`stores killed under ${ENTRIES} entries`, () => {
  let stores: PrivateStores;
  let apis: ApiProcess[] = [];
  let token = '';
  let orgId = '';
  let env: Record<string, string> = {};

  beforeAll(async () => {
    stores = await startPrivateStores('spool-mongo-away');
    const uri = new URL(stores.env.MONGODB_URI);
    uri.pathname = '/spool';
    env = { ...stores.env, MONGODB_URI: uri.toString(), NODE_ENV: 'test', LOG_LEVEL: 'silent' };
    const app = await createApp(parseConfig(env));
    ({ token, orgId } = await seedTenant(app));
    await app.close();
    apis = await startAll();
  }, 120_000);

  afterAll(async () => {
    await Promise.all(apis.map((api) => api.stop()));
    await stores.stop();
  });

  /** One after the other: a busy machine takes long enough over one. */
  async function startAll(): Promise<ApiProcess[]> {
    const started: ApiProcess[] = [];
    for (let n = 0; n < PROCESSES; n += 1) started.push(await ApiProcess.start(env));
    return started;
  }

  /** Every worker is one client that writes about one resource, one entry after the other. */
  async function load(count: number, during: (done: () => number) => Promise<void>) {
    const acknowledged: Acknowledged[] = [];
    const refused = new Map<number, number>();
    let next = 0;
    const client = async (name: string): Promise<void> => {
      for (let n = next++; n < count; n = next++) {
        const answer = await post(n, {
          event_type: 'load',
          resource_type: 'r',
          resource_id: name,
          payload: { n },
        });
        const { success, data } = created.safeParse(answer?.body);
        const status = answer?.status ?? 0;
        if ((status === 201 || status === 202) && success) acknowledged.push({ status, id: data.id });
        else refused.set(status, (refused.get(status) ?? 0) + 1);
      }
    };
    await Promise.all([
      ...Array.from({ length: CONCURRENCY }, (_, worker) => client(`client-${worker}`)),
      during(() => acknowledged.length + [...refused.values()].reduce((sum, each) => sum + each, 0)),
    ]);
    return { acknowledged, refused };
  }

  /** Null where the process was killed in the middle of it. */
  async function post(n: number, body: unknown) {
    try {
      return await apis[n % PROCESSES]?.request('POST', '/api/v1/activity', { token, body });
    } catch (error) {
      if (error instanceof Error && error.name === 'TypeError') return null;
      throw error;
    }
  }

  const reached = (done: () => number, count: number) =>
    eventually(
      () => Promise.resolve(done()),
      (sofar) => sofar >= count,
      120_000,
    );

  async function spooled(sql: postgres.Sql): Promise<number> {
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from spool`;
    return row?.count ?? -1;
  }

  async function drained(): Promise<number> {
    const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1 });
    const from = performance.now();
    try {
      await eventually(
        () => spooled(sql),
        (count) => count === 0,
        60_000,
      );
    } finally {
      await sql.end();
    }
    return performance.now() - from;
  }

  async function readLog(): Promise<ActivityLog[]> {
    const connection = await mongoose.createConnection(env['MONGODB_URI'] ?? '').asPromise();
    try {
      const logs = connection.collection<ActivityLog>(ACTIVITY_COLLECTION);
      return await logs.find({ organization_id: orgId, event_type: 'load' }).toArray();
    } finally {
      await connection.close();
    }
  }

  /** Each acknowledged entry is there, once. */
  async function verify(name: string, { acknowledged, refused }: Awaited<ReturnType<typeof load>>) {
    const drainMs = await drained();
    const log = await readLog();
    const counts = new Map<string, number>();
    for (const { _id } of log) counts.set(_id, (counts.get(_id) ?? 0) + 1);
    const lost = acknowledged.filter(({ id }) => !counts.has(id));
    const told = new Set(acknowledged.map(({ id }) => id));
    const answered = (status: number) => acknowledged.filter((each) => each.status === status).length;
    const others = [...refused].map(([status, count]) => `${count} × ${status || 'no answer'}`).join(', ');
    run.report(
      `${name}: ${answered(201)} × 201, ${answered(202)} × 202, ${others || 'no other answer'}; ` +
        `${lost.length} lost, ${log.length - counts.size} repeated, drained in ${drainMs.toFixed(0)} ms`,
    );
    expect(lost).toEqual([]);
    expect(counts.size).toBe(log.length);
    expect(told.size).toBe(acknowledged.length);
    return { answered, refused };
  }

  it('MongoDB killed and frozen: every answer is 201 or 202, every entry is there once', async () => {
    const { mongodb } = stores;
    const result = await load(ENTRIES, async (done) => {
      for (let round = 1; round <= 4; round += 1) {
        await reached(done, (ENTRIES * round) / 5);
        if (round % 2 === 1) await mongodb.kill();
        else await mongodb.freeze();
        await pause(AWAY_MS);
        if (round % 2 === 1) await mongodb.restart();
        else mongodb.thaw();
      }
    });
    const { answered, refused } = await verify('MongoDB killed twice and frozen twice', result);
    expect([...refused]).toEqual([]);
    expect(answered(202)).toBeGreaterThan(0);
    expect(answered(201)).toBeGreaterThan(0);
  }, 600_000);

  it('the service killed between 202 and delivery: what it acknowledged is delivered by another', async () => {
    const { mongodb } = stores;
    await mongodb.kill();
    const result = await load(ENTRIES / 3, async (done) => {
      await reached(done, ENTRIES / 6);
      await apis[0]?.stop('SIGKILL');
      apis[0] = await ApiProcess.start(env);
    });
    await Promise.all(apis.map((api) => api.stop('SIGKILL')));
    await mongodb.restart();
    apis = await startAll();
    const { answered } = await verify('the service killed while MongoDB is down', result);
    expect(answered(202)).toBeGreaterThan(ENTRIES / 10);
    expect(answered(201)).toBe(0);
  }, 600_000);

  it('the service killed in the middle of its delivery: nothing is lost and nothing repeated', async () => {
    await stores.mongodb.kill();
    const batch = Array.from({ length: 1_000 }, (_, n) => ({
      event_type: 'load',
      resource_id: `${n % CONCURRENCY}`,
    }));
    const acknowledged: Acknowledged[] = [];
    for (let n = 0; n < BATCHES; n += 1) {
      const body = { entries: batch };
      const answer = await apis[n % PROCESSES]?.request('POST', '/api/v1/activity/batch', { token, body });
      acknowledged.push(...batchAnswer.parse(answer?.body).outcomes);
    }
    await Promise.all(apis.map((api) => api.stop('SIGKILL')));
    await stores.mongodb.restart();
    const left = await killWorkers();
    apis = await startAll();
    run.report(
      `the service killed with ${left.join(', ')} of ${acknowledged.length} entries left in the spool`,
    );
    await verify('the service killed in the middle of its delivery', { acknowledged, refused: new Map() });
    // Each was killed over a backlog, of which it had delivered some.
    expect(left.filter((count, kill) => count < (left[kill - 1] ?? acknowledged.length))).toEqual(left);
    expect(left.at(-1)).toBeGreaterThan(0);
  }, 600_000);

  /** One after the other, each while it delivers; what each has left in the spool. */
  async function killWorkers(): Promise<number[]> {
    const sql = postgres(env['DATABASE_URL'] ?? '', { max: 1 });
    const left: number[] = [];
    while (left.length < KILLS) {
      const before = await spooled(sql);
      const worker = await ApiProcess.start({ ...env, PROCESS_ROLE: 'worker' });
      await eventually(
        () => spooled(sql),
        (count) => count < before,
        30_000,
      );
      await pause(run.between(0, 50));
      await worker.stop('SIGKILL');
      left.push(await spooled(sql));
    }
    await sql.end();
    return left;
  }

  it('both stores away: 503; PostgreSQL killed meanwhile: what was acknowledged stays', async () => {
    const { mongodb, postgres: pg } = stores;
    await mongodb.kill();
    const result = await load(ENTRIES / 3, async (done) => {
      await reached(done, ENTRIES / 9);
      await pg.kill();
      const answer = await eventually(
        () => post(0, { event_type: 'refused' }),
        (given) => given?.status === 503,
      );
      expect(answer?.headers.get('retry-after')).not.toBeNull();
      await pg.restart();
    });
    await mongodb.restart();
    const { answered, refused } = await verify('PostgreSQL killed while MongoDB is down', result);
    expect([...refused.keys()]).toEqual([503]);
    expect(answered(202)).toBeGreaterThan(0);
  }, 600_000);
});
