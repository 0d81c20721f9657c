import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { createApp } from '../../src/app.setup.js';
import { parseConfig } from '../../src/config/parse-config.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { runCli } from '../integration/cli/run-cli.js';
import { auditAccounts, NOTHING_FOUND, summaryOf } from '../support/account-audit.js';
import { AccountLoad } from '../support/account-load.js';
import { ApiFleet } from '../support/api-fleet.js';
import { outboxDrained } from '../support/drained-stores.js';
import { FaultRun } from '../support/fault-run.js';
import { MemoryWatch } from '../support/memory-watch.js';
import { type PrivateStores, startPrivateStores } from '../support/private-stores.js';
import { StoreFaults } from '../support/store-faults.js';
import { describeWithPrivate } from '../support/store-programs.js';

const run = new FaultRun('soak');
/** The promise is stated for 30: `SOAK_MINUTES=30 npm run test:faults -- soak`. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? run.size(0.25, 2));
const FAULT_EVERY_MS = run.size(5_000, 20_000);
const FAULT_MS = [FAULT_EVERY_MS / 10, FAULT_EVERY_MS / 2] as const;
const CAPACITY_MS = run.size(2_000, 10_000);
const SHARE_OF_CAPACITY = 0.6;
const PROCESSES = 2;
const CONCURRENCY = 32;
const DRAINED_WITHIN_MS = 120_000;
const WARM_UP_MS = 90_000;
/** A regression over less time measures garbage collections. */
const MEASURED_MINUTES = 3;
const MB_PER_MINUTE = 1;
const MOST_MB = 600;

describeWithPrivate('mongodb', 'redis')(
  `${MINUTES} minutes under load with a fault every ${FAULT_EVERY_MS / 1_000} s`,
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'triptych-soak-'));
    const logFile = path.join(folder, 'log');
    const log = openSync(logFile, 'a');
    let stores: PrivateStores;
    let faults: StoreFaults;
    let fleet: ApiFleet;
    let tenant: Tenant;

    beforeAll(async () => {
      stores = await startPrivateStores('soak');
      faults = await StoreFaults.start(stores);
      // As `npm start` and the image have it.
      const env = { NODE_ENV: 'test', LOG_LEVEL: 'error', MALLOC_ARENA_MAX: '2' };
      const app = await createApp(parseConfig({ ...env, ...stores.env, LOG_LEVEL: 'silent' }));
      tenant = await seedTenant(app);
      await app.close();
      fleet = new ApiFleet({ ...env, ...faults.env }, log);
      await Promise.all(Array.from({ length: PROCESSES }, () => fleet.grow()));
    });

    afterAll(async () => {
      await fleet.stop();
      await faults.close();
      await stores.stop();
      closeSync(log);
      rmSync(folder, { recursive: true });
    });

    async function killProcess(): Promise<void> {
      await fleet.kill(run.between(0, fleet.size - 1));
    }

    /** In random order, and each at least once before one is repeated. */
    async function strikeAtRandom(load: AccountLoad, struck: string[]): Promise<void> {
      const all = [
        ...faults.all,
        ...Array.from({ length: PROCESSES }, () => ({
          what: 'a process killed',
          strike: killProcess,
          heal: () => fleet.grow(),
        })),
      ];
      let left: typeof all = [];
      for (const until = performance.now() + MINUTES * 60_000; performance.now() < until;) {
        if (load.failures.length > 0 || fleet.ended.length > 0) return;
        if (left.length === 0) left = [...all];
        const [fault] = left.splice(run.between(0, left.length - 1), 1);
        if (!fault) throw new Error('There is no fault');
        const lastsMs = run.between(...FAULT_MS);
        struck.push(fault.what);
        await fault.strike();
        await pause(lastsMs);
        await fault.heal();
        await pause(FAULT_EVERY_MS - lastsMs);
      }
    }

    it(
      'loses nothing, leaks nothing and ends with stores that agree',
      async () => {
        const load = new AccountLoad(fleet, tenant.token, run);
        const memory = new MemoryWatch(() => fleet.processes.map(({ pid }) => pid), WARM_UP_MS);
        const struck: string[] = [];
        let capacity = 0;
        await load
          .drive(CONCURRENCY, async () => {
            await load.reached(CONCURRENCY);
            const [from, startedAt] = [load.acknowledged, performance.now()];
            await pause(CAPACITY_MS);
            capacity = (load.acknowledged - from) / ((performance.now() - startedAt) / 1_000);
            load.pace = SHARE_OF_CAPACITY * capacity;
            await strikeAtRandom(load, struck);
          })
          .finally(() => memory.stop());
        const audited = { env: stores.env, orgId: tenant.orgId };
        const drainedMs = await outboxDrained(stores.env.DATABASE_URL, DRAINED_WITHIN_MS);
        const audit = await auditAccounts(load, audited);
        const verified = await runCli('db-verify', ['--json'], { ...stores.env, NODE_ENV: 'test' });
        const growths = memory.growths(MEASURED_MINUTES);
        const errors = unexpectedIn(readFileSync(logFile, 'utf8'));
        const growth = growths.map(
          ({ minutes, mb, mbPerMinute }) =>
            `${mbPerMinute.toFixed(2)} MB/min over ${minutes.toFixed(1)} min at ${mb.toFixed(0)} MB`,
        );
        run.report(
          `${struck.length} faults in ${MINUTES} minutes at ${load.pace.toFixed(0)} of ${capacity.toFixed(0)} requests/s: ` +
            `${load.acknowledged} changes acknowledged, ${load.unanswered} requests without an answer, ${load.refused} × 503, ` +
            `${load.replayed} answers replayed, ${summaryOf(audit)}; drained in ${drainedMs.toFixed(0)} ms; resident memory ` +
            `${growth.join(', ') || 'too short for a slope'}, ${memory.mostMb.toFixed(0)} MB at the most; ${errors.length} unexpected errors; ` +
            `db:verify ${verified.code}`,
        );
        expect(load.failures).toEqual([]);
        expect(fleet.ended).toEqual([]);
        expect(errors).toEqual([]);
        expect(audit.findings).toEqual(NOTHING_FOUND);
        expect([verified.code, verified.code === 0 ? '' : verified.stdout.slice(-2_000)]).toEqual([0, '']);
        expect(growths.filter(({ mbPerMinute }) => mbPerMinute >= MB_PER_MINUTE)).toEqual([]);
        expect(memory.mostMb).toBeLessThan(MOST_MB);
        if (MINUTES >= 10) expect(growths.length).toBeGreaterThan(0);
      },
      MINUTES * 60_000 + 300_000,
    );
  },
);

/** Lines that no fault of a store explains: what Node itself has written, and errors that are not expected. */
const unexpectedIn = (log: string): string[] =>
  log
    .split('\n')
    .filter((line) => line !== '' && (!line.startsWith('{') || line.includes('Unexpected error')));
