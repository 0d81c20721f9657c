import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { auditAccounts, NOTHING_FOUND, summaryOf } from '../support/account-audit.js';
import { AccountLoad } from '../support/account-load.js';
import { ApiFleet } from '../support/api-fleet.js';
import { outboxDrained } from '../support/drained-stores.js';
import { eventually } from '../support/eventually.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('api-killed');
const KILLS = run.size(5, 50);
const CONCURRENCY = 32;
const PROCESSES = 2;
/** Longer than a lease: what a killed process holds is free by then. */
const DRAINED_WITHIN_MS = 30_000;

describe(`the service killed ${KILLS} times`, () => {
  let stores: TestStores;
  let fleet: ApiFleet;
  let tenant: Tenant;

  beforeAll(async () => {
    stores = await createTestStores();
    const app = await createApp(stores.config);
    tenant = await seedTenant(app);
    await app.close();
    fleet = new ApiFleet(stores.env);
    await Promise.all(Array.from({ length: PROCESSES }, () => fleet.grow()));
  }, 120_000);

  afterAll(async () => {
    await fleet.stop();
    await stores.drop();
  });

  /** One after the other, at random points of the load; at the end all of them at once. */
  async function killAtRandom(load: AccountLoad): Promise<void> {
    const replaced: Promise<void>[] = [];
    for (let kills = 0; kills < KILLS;) {
      await eventually(
        () => Promise.resolve(fleet.size),
        (size) => size > 0,
        30_000,
      );
      await load.reached(load.acknowledged + run.between(1, 100));
      await pause(run.between(0, 20));
      await fleet.kill(run.between(0, fleet.size - 1));
      kills += 1;
      if (kills < KILLS) replaced.push(fleet.grow());
    }
    await Promise.all(replaced);
    await fleet.killAll();
    await fleet.grow();
  }

  it('loses nothing that was acknowledged, and gives each change in PostgreSQL one entry', async () => {
    const load = new AccountLoad(fleet, tenant.token, run);
    await load.drive(CONCURRENCY, () => killAtRandom(load));
    const audited = { env: stores.env, orgId: tenant.orgId };
    const drainedMs = await outboxDrained(audited.env['DATABASE_URL'] ?? '', DRAINED_WITHIN_MS);
    const audit = await auditAccounts(load, audited);
    run.report(
      `${KILLS} kills of ${PROCESSES} processes at ${CONCURRENCY} clients: ${load.acknowledged} changes acknowledged, ` +
        `${load.unanswered} requests without an answer, ${load.replayed} answers replayed, ${summaryOf(audit)}; ` +
        `drained in ${drainedMs.toFixed(0)} ms`,
    );
    expect(load.failures).toEqual([]);
    expect(audit.findings).toEqual(NOTHING_FOUND);
    expect(load.unanswered).toBeGreaterThan(0);
  }, 600_000);
});
