import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { Reconciliation } from '../../src/flows/reconciliation/reconciliation.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { auditAccounts, NOTHING_FOUND, summaryOf } from '../support/account-audit.js';
import { AccountLoad } from '../support/account-load.js';
import { ApiFleet } from '../support/api-fleet.js';
import { outboxDrained } from '../support/drained-stores.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const run = new FaultRun('scaled-apart');
const APIS = 3;
const WORKERS = 2;
const ROUNDS = 10;
const CONCURRENCY = 24;
const DRAINED_WITHIN_MS = 30_000;

run.describeIfFull('it needs five processes')(
  'three api and two worker processes on one set of stores',
  () => {
    let stores: TestStores;
    let apis: ApiFleet;
    let workers: ApiFleet;
    let tenant: Tenant;
    beforeAll(async () => {
      stores = await createTestStores({ VERIFY_EVERY: '1h' });
      const app = await createApp(stores.config);
      tenant = await seedTenant(app);
      await app.close();
      apis = new ApiFleet({ ...stores.env, PROCESS_ROLE: 'api' });
      workers = new ApiFleet({ ...stores.env, PROCESS_ROLE: 'worker' });
      for (let n = 0; n < APIS; n += 1) await apis.grow();
      for (let n = 0; n < WORKERS; n += 1) await workers.grow();
    }, 120_000);
    afterAll(async () => {
      await Promise.all([apis.stop(), workers.stop()]);
      await stores.drop();
    });

    it('lose nothing and repeat nothing while one of each is killed and replaced; then the stores agree', async () => {
      const load = new AccountLoad(apis, tenant.token, run);
      await load.drive(CONCURRENCY, async () => {
        for (let round = 0; round < ROUNDS; round += 1) {
          await load.reached(load.acknowledged + run.between(20, 100));
          await pause(run.between(0, 20));
          const fleet = round % 2 === 0 ? apis : workers;
          await fleet.kill(run.between(0, fleet.size - 1));
          await fleet.grow();
        }
      });
      const audited = { env: stores.env, orgId: tenant.orgId };
      const drainedMs = await outboxDrained(stores.env['DATABASE_URL'] ?? '', DRAINED_WITHIN_MS);
      const audit = await auditAccounts(load, audited);
      run.report(
        `${ROUNDS} kills at ${CONCURRENCY} clients: ${load.acknowledged} changes acknowledged, ` +
          `${load.unanswered} requests without an answer, ${summaryOf(audit)}; drained in ${drainedMs.toFixed(0)} ms`,
      );
      expect(load.failures).toEqual([]);
      expect(audit.findings).toEqual(NOTHING_FOUND);
      const app = await createApp(stores.config);
      try {
        const report = await app.get(Reconciliation, { strict: false }).verify({ detailLimit: 10 });
        expect(report).toMatchObject({ ok: true, details: [] });
      } finally {
        await app.close();
      }
    }, 600_000);
  },
);
