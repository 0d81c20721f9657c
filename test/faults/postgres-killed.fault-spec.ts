import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { auditAccounts, NOTHING_FOUND, summaryOf } from '../support/account-audit.js';
import { AccountLoad } from '../support/account-load.js';
import { ApiFleet } from '../support/api-fleet.js';
import type { ApiProcess } from '../support/api-process.js';
import { outboxDrained } from '../support/drained-stores.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { describeWithPrivate } from '../support/store-programs.js';

const run = new FaultRun('postgres-killed');
const KILLS = run.size(3, 15);
const CONCURRENCY = 32;
const PROCESSES = 2;
const HEALED_WITHIN_MS = 5_000;
/** Longer than a lease, because a crash may have left one that no process uses. */
const DRAINED_WITHIN_MS = 30_000;
const READ_EVERY_MS = 20;

interface Setting {
  stores: PrivateStores;
  fleet: ApiFleet;
  audited: { env: Record<string, string>; orgId: string };
  /** Whose organisation the load changes. */
  tenant: Tenant;
  /** In another organisation. Each process knows it, and only this test changes it. */
  onlooker: Tenant;
}

describeWithPrivate('mongodb', 'redis')(`PostgreSQL killed ${KILLS} times under load`, () => {
  let setting: Setting | null = null;

  beforeAll(async () => {
    const stores = await startPrivateStores('postgres-killed');
    const uri = new URL(stores.env.MONGODB_URI);
    uri.pathname = '/postgres_killed';
    const env = { ...stores.env, MONGODB_URI: uri.toString(), NODE_ENV: 'test', LOG_LEVEL: 'silent' };
    const app = await createApp(parseConfig(env));
    const [tenant, onlooker] = [await seedTenant(app), await seedTenant(app)];
    await app.close();
    const fleet = new ApiFleet(env);
    await Promise.all(Array.from({ length: PROCESSES }, () => fleet.grow()));
    setting = { stores, fleet, audited: { env, orgId: tenant.orgId }, tenant, onlooker };
  }, 120_000);

  afterAll(async () => {
    await setting?.fleet.stop();
    await setting?.stores.stop();
  });

  it('loses no acknowledged write, makes up no entry, and heals by itself; reads of who is known go on', async () => {
    if (!setting) throw new Error('Not set up');
    const { stores, fleet, audited, tenant, onlooker } = setting;
    const load = new AccountLoad(fleet, tenant.token, run);
    let isOver = false;
    const reads = fleet.processes.map((api) => readOn(api, onlooker, () => isOver));
    const healedMs: number[] = [];
    await load
      .drive(CONCURRENCY, async () => {
        for (let kills = 0; kills < KILLS; kills += 1) {
          await load.reached(load.acknowledged + run.between(20, 200));
          await pause(run.between(0, 20));
          await stores.postgres.kill();
          await pause(run.between(0, 1_000));
          await stores.postgres.restart();
          healedMs.push(...(await Promise.all(fleet.processes.map((api) => healed(api, onlooker)))));
        }
      })
      .finally(() => {
        isOver = true;
      });
    const answers = (await Promise.all(reads)).flat();
    const drainedMs = await outboxDrained(audited.env['DATABASE_URL'] ?? '', DRAINED_WITHIN_MS);
    const audit = await auditAccounts(load, audited);
    run.report(
      `${KILLS} kills at ${CONCURRENCY} clients on ${PROCESSES} processes: ${load.acknowledged} changes acknowledged, ` +
        `${load.refused} × 503, ${load.replayed} answers replayed, ${summaryOf(audit)}; written again after ` +
        `${Math.max(...healedMs).toFixed(0)} ms at the most; ${answers.length} reads of somebody known, ` +
        `${answers.filter((status) => status !== 200).length} refused; drained in ${drainedMs.toFixed(0)} ms`,
    );
    expect(load.failures).toEqual([]);
    expect(audit.findings).toEqual(NOTHING_FOUND);
    expect(new Set(answers)).toEqual(new Set([200]));
    expect(load.refused).toBeGreaterThan(0);
  }, 600_000);
});

/** Until it writes again; how long that took, in milliseconds. */
async function healed(api: ApiProcess, { token }: Tenant): Promise<number> {
  const startedAt = performance.now();
  await eventually(
    async () => (await api.request('POST', '/api/v1/users', { token, body: newAccount() })).status,
    (status) => status === 201,
    HEALED_WITHIN_MS,
  );
  return performance.now() - startedAt;
}

/** What PostgreSQL has nothing to do with: an account that is cached, and MongoDB's activity. Every answer's status. */
async function readOn(api: ApiProcess, { token, userId }: Tenant, isOver: () => boolean): Promise<number[]> {
  const answers: number[] = [];
  while (!isOver()) {
    for (const route of [`/api/v1/users/${userId}`, '/api/v1/activity?limit=1'])
      answers.push((await api.request('GET', route, { token })).status);
    await pause(READ_EVERY_MS);
  }
  return answers;
}
