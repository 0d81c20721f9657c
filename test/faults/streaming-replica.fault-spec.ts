import { afterAll, beforeAll, expect, it } from 'vitest';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import postgres from 'postgres';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { ReplicaReads } from '../../src/stores/postgres/replica-reads.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';
import { startReplica, type StreamingReplica } from '../support/streaming-replica.js';
import { type Answer, request } from '../support/test-app.js';

const NAME = 'streaming-replica';
const run = new FaultRun(NAME);
const WRITES = 500;

const WHY = 'it copies a cluster and starts a second server';
const whereFull = run.describeIfFull(WHY, describeWithPrivate('mongodb', 'redis'));

whereFull('lists and reports on a streaming replica', () => {
  let stores: PrivateStores;
  let replica: StreamingReplica;
  let standby: postgres.Sql;
  let apps: [NestFastifyApplication, NestFastifyApplication];
  let tenant: Tenant;
  beforeAll(async () => {
    stores = await startPrivateStores(NAME);
    replica = await startReplica(NAME, stores.postgres);
    standby = postgres(replica.url, { max: 1 });
    await eventually(
      () =>
        standby`select 1`.then(
          () => true,
          () => false,
        ),
      (isReady) => isReady,
    );
    const env = { ...stores.env, DATABASE_REPLICA_URL: replica.url, NODE_ENV: 'test', LOG_LEVEL: 'silent' };
    const config = parseConfig({ ...env, VERIFY_EVERY: 'off' });
    apps = [await createApp(config), await createApp(config)];
    tenant = await seedTenant(apps[0]);
  });
  afterAll(async () => {
    await standby.end();
    await Promise.all(apps.map((app) => app.close()));
    await replica.store.stop();
    await stores.stop();
  });

  const readsOf = (app: NestFastifyApplication): ReplicaReads['reads'] => app.get(ReplicaReads).reads;
  const ask = (n: 0 | 1, method: string, route: string, body?: unknown): Promise<Answer> =>
    request(apps[n], method, `/api/v1/${route}`, { token: tenant.token, ...(body ? { body } : {}) });
  const pay = async (n: 0 | 1, userId: string): Promise<string> => {
    const body = { user_id: userId, amount: '1.00', transaction_type: 'purchase' };
    const paid = await ask(n, 'POST', 'transactions', body);
    expect(paid.status).toBe(201);
    return String((paid.body as { id: number }).id);
  };
  /** The newest transaction that instance `n` lists; through the cache, as always. */
  const newest = async (n: 0 | 1): Promise<string> => {
    const listed = await ask(n, 'GET', 'transactions?limit=1');
    expect(listed.status).toBe(200);
    return String((listed.body as { data: { id: number }[] }).data[0]?.id);
  };

  it('are a standby that follows, and is read from', async () => {
    const [row] = await standby<{ is_standby: boolean }[]>`select pg_is_in_recovery() as is_standby`;
    expect(row?.is_standby).toBe(true);
    const before = readsOf(apps[1]).replica;
    await pay(0, 'first');
    await newest(1);
    expect(readsOf(apps[1]).replica).toBeGreaterThan(before);
  });

  it(`shows each of ${WRITES} writes to the next read of either instance`, async () => {
    let stale = 0;
    for (let n = 0; n < WRITES; n += 1) {
      const [writer, reader] = run.random() < 0.5 ? ([0, 1] as const) : ([1, 0] as const);
      const id = await pay(writer, `user-${n}`);
      if ((await newest(reader)) !== id) stale += 1;
    }
    const summary = await ask(1, 'GET', 'transactions/summary?group_by=transaction_type');
    expect(summary.body).toMatchObject({ data: [{ count: WRITES + 1 }] });
    const [one, other] = [readsOf(apps[0]), readsOf(apps[1])];
    const shares = { replica: one.replica + other.replica, primary: one.primary + other.primary };
    run.report(`${WRITES} writes, ${stale} stale; reads ${JSON.stringify(shares)}`);
    expect(stale).toBe(0);
    expect(shares.replica).toBeGreaterThan(shares.primary);
  });

  it('asks the primary while the replica is behind, and the replica again once it has caught up', async () => {
    await standby`select pg_wal_replay_pause()`;
    const before = { ...readsOf(apps[1]) };
    for (let n = 0; n < 20; n += 1) {
      const id = await pay(0, `behind-${n}`);
      expect(await newest(1)).toBe(id);
    }
    expect(readsOf(apps[1]).primary - before.primary).toBe(20);
    await standby`select pg_wal_replay_resume()`;
    const after = readsOf(apps[1]).replica;
    await eventually(
      async () => {
        const id = await pay(0, 'caught up');
        expect(await newest(1)).toBe(id);
        return readsOf(apps[1]).replica;
      },
      (reads) => reads > after,
    );
  });

  it('asks the primary while the replica is frozen or dead, without a failed read', async () => {
    await replica.store.freeze();
    for (let n = 0; n < 20; n += 1) {
      const id = await pay(0, `frozen-${n}`);
      expect(await newest(1)).toBe(id);
    }
    replica.store.thaw();
    await replica.store.kill();
    for (let n = 0; n < 20; n += 1) {
      const id = await pay(0, `dead-${n}`);
      expect(await newest(1)).toBe(id);
    }
    await replica.store.restart();
    const after = readsOf(apps[1]).replica;
    await eventually(
      async () => {
        const id = await pay(0, 'back');
        expect(await newest(1)).toBe(id);
        return readsOf(apps[1]).replica;
      },
      (reads) => reads > after,
    );
  });
});
