import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import postgres from 'postgres';

import { createApp } from '../../src/app.setup.js';
import { newAccount } from '../factories/account.js';
import { seedTenant, type Tenant } from '../factories/tenant.js';
import { ApiProcess, type TimedAnswer } from '../support/api-process.js';
import { FaultRun } from '../support/fault-run.js';
import { createTestStores, type TestStores } from '../support/test-stores.js';

const CLIENTS = fileURLToPath(new URL('overload-clients.mjs', import.meta.url));
const run = new FaultRun('overload');
const LOAD_MS = run.size(4_000, 20_000);
const POOL = 10;
const TENANTS = 4;
/** Ten times the pool, and ten times the requests that one process answers within the time for which it lets them wait. */
const WIDTHS = { 'ten times the pool': 10 * POOL, 'ten times the processor': run.size(600, 1_500) } as const;
const PROBE_EVERY_MS = 20;
/** Less than the share of one of five tenants. */
const READ_EVERY_MS = 100;
const REFUSED_WITHIN_MS = 1_000;
const HEALTH_P99_MS = 100;
const RECOVERED_WITHIN_MS = 5_000;

interface Outcome {
  statuses: Record<string, number>;
  broken: number;
  acknowledged: string[];
  refused: number;
  longestRefusalMs: number;
  p99RefusalMs: number;
}

const p99 = (answers: readonly TimedAnswer[]): number =>
  answers.map(({ elapsedMs }) => elapsedMs).toSorted((a, b) => a - b)[Math.floor(answers.length * 0.99)] ?? 0;

describe('more requests than one process can answer', () => {
  let stores: TestStores;
  let api: ApiProcess;
  let tenants: Tenant[];
  let bystander: Tenant;

  beforeAll(async () => {
    stores = await createTestStores({ DATABASE_POOL_MAX: String(POOL) });
    const app = await createApp(stores.config);
    tenants = await Promise.all(Array.from({ length: TENANTS }, () => seedTenant(app)));
    bystander = await seedTenant(app);
    await app.close();
    api = await ApiProcess.start({ ...stores.env, DATABASE_POOL_MAX: String(POOL) });
  }, 120_000);

  afterAll(async () => {
    await api.stop();
    await stores.drop();
  });

  async function flood(width: number): Promise<Outcome> {
    const input = { url: api.url, tokens: tenants.map(({ token }) => token), width, ms: LOAD_MS };
    const child = spawn(process.execPath, [CLIENTS, JSON.stringify(input)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    await once(child, 'close');
    return JSON.parse(output) as Outcome;
  }

  /** Asks at a steady rate until it is told to stop. */
  async function probe(
    isOver: () => boolean,
    ask: () => Promise<TimedAnswer>,
    everyMs = PROBE_EVERY_MS,
  ): Promise<TimedAnswer[]> {
    const answers: Promise<TimedAnswer>[] = [];
    while (!isOver()) {
      answers.push(ask());
      await pause(everyMs);
    }
    return Promise.all(answers);
  }

  const write = ({ token }: Tenant) => api.request('POST', '/api/v1/users', { token, body: newAccount() });

  async function accountsOf(): Promise<Set<string>> {
    const sql = postgres(stores.env['DATABASE_URL'] ?? '', { max: 1 });
    try {
      return new Set((await sql<{ email: string }[]>`select email from users`).map(({ email }) => email));
    } finally {
      await sql.end();
    }
  }

  it.each(Object.entries(WIDTHS))(
    '%s: refuses in time, stays healthy, keeps what it acknowledged and recovers',
    async (what, width) => {
      expect((await write(bystander)).status).toBe(201);
      if (run.isFull) await flood(POOL);
      let isOver = false;
      const stop = () => isOver;
      const probes = Promise.all([
        probe(stop, () => api.request('GET', '/health/live')),
        probe(stop, () => api.request('GET', '/health')),
        probe(
          stop,
          () => api.request('GET', '/api/v1/users?limit=1', { token: bystander.token }),
          READ_EVERY_MS,
        ),
      ]);
      const outcome = await flood(width);
      isOver = true;
      const [live, health, reads] = await probes;
      const startedAt = performance.now();
      const after = await write(bystander);
      const recoveredMs = performance.now() - startedAt;
      const accounts = await accountsOf();
      const lost = outcome.acknowledged.filter((email) => !accounts.has(email));
      const served = reads.filter(({ status }) => status === 200).length;
      run.report(
        `${what}, ${width} clients of ${TENANTS} tenants for ${LOAD_MS / 1_000} s: ${JSON.stringify(outcome.statuses)}, refused within ` +
          `${outcome.p99RefusalMs.toFixed(0)} ms p99, ${outcome.longestRefusalMs.toFixed(0)} ms at the most; live p99 ${p99(live).toFixed(0)} ms, ` +
          `health p99 ${p99(health).toFixed(0)} ms; another tenant: ${served} of ${reads.length} reads answered, p99 ${p99(reads).toFixed(0)} ms; ` +
          `${outcome.acknowledged.length} acknowledged, ${lost.length} lost; written again after ${recoveredMs.toFixed(0)} ms`,
      );
      const answered = new Set(Object.keys(outcome.statuses));
      expect([...answered].filter((status) => !['200', '201', '429', '503'].includes(status))).toEqual([]);
      expect(outcome.broken).toBe(0);
      expect(new Set([...live, ...health].map(({ status }) => status))).toEqual(new Set([200]));
      expect(lost).toEqual([]);
      expect(after.status).toBe(201);
      // The rest depends on a quiet machine.
      if (!run.isFull) return;
      expect(outcome.longestRefusalMs).toBeLessThan(REFUSED_WITHIN_MS);
      expect(p99(live)).toBeLessThan(HEALTH_P99_MS);
      expect(p99(health)).toBeLessThan(HEALTH_P99_MS);
      expect(served).toBe(reads.length);
      expect(recoveredMs).toBeLessThan(RECOVERED_WITHIN_MS);
    },
    LOAD_MS + 120_000,
  );
});
