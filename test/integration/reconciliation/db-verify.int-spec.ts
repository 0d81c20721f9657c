import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { seedPlan } from '../../factories/plan.js';
import { lastJson, runCli } from '../cli/run-cli.js';
import { ReconciledService } from './reconciled-service.js';

/** Each run is a whole process; a busy machine takes its time. */
const TIMEOUT_MS = 180_000;
const NAMES = [
  'outbox-activity',
  'login-analytics',
  'spool',
  'effects',
  'user-email',
  'analytics-rollups',
  'environments',
  'config-checksums',
  'subscriptions',
  'transactions',
  'direct-messages',
  'execution-deployments',
  'document-counts',
  'journal-counts',
  'journal-entries',
  'journal-tags',
  'journal-contents',
  'layer-eight-answers',
  'mood-categories',
  'mood-notes',
  'insights',
  'orphans',
  'cache',
];
/** Nothing was given up, and this file makes no record of these features; their own specs do. */
const EMPTY: readonly unknown[] = [
  'spool',
  'effects',
  'direct-messages',
  'execution-deployments',
  'environments',
  'config-checksums',
  'document-counts',
  'journal-counts',
  'journal-entries',
  'journal-tags',
  'journal-contents',
  'mood-categories',
  'mood-notes',
  'insights',
  'layer-eight-answers',
];

describe('db:verify', () => {
  let service: ReconciledService;
  let env: Record<string, string>;
  beforeAll(async () => {
    service = await ReconciledService.start();
    env = service.t.stores.env;
    for (let n = 0; n < 5; n += 1) await service.login(await service.createUser());
    await service.t.request('GET', '/api/v1/users');
    const { code } = await seedPlan(service.t.app);
    await service.t.request('POST', '/api/v1/subscriptions', { body: { plan_code: code } });
    const transaction = { user_id: 'user123', amount: 1, transaction_type: 'purchase' };
    await service.t.request('POST', '/api/v1/transactions', { body: transaction });
    await service.settled();
  });
  afterAll(() => service.close());

  const spoil = () => service.collection('activity_logs').deleteOne({ event_type: 'user.login' });

  it(
    'prints the counts and nothing else with --json, and ends with 0 where nothing differs',
    async () => {
      const run = await runCli('db-verify', ['--json'], env);
      expect(run.code).toBe(0);
      expect(run.stdout.trim().split('\n')).toHaveLength(1);
      const { ok, checks } = lastJson(run) as { ok: boolean; checks: Record<string, unknown>[] };
      expect(ok).toBe(true);
      expect(checks.map(({ name }) => name)).toEqual(NAMES);
      for (const check of checks) {
        expect(Object.keys(check)).toEqual([
          'name',
          'compared',
          'missing',
          'extra',
          'different',
          'repaired',
          'seconds',
        ]);
        expect(check).toMatchObject({
          compared: expect.any(Number),
          missing: 0,
          extra: 0,
          different: 0,
          repaired: 0,
        });
        if (!EMPTY.includes(check['name'])) expect(check['compared']).toBeGreaterThan(0);
      }
      for (const name of NAMES) expect(run.stderr).toContain(name);
    },
    TIMEOUT_MS,
  );

  it(
    'ends with 1 while something differs, names it, and with 0 once it is repaired',
    async () => {
      await spoil();
      const compared = await runCli('db-verify', [], env);
      expect(compared.code).toBe(1);
      expect(compared.stdout).toMatch(/outbox-activity +\d+ +1 +0 +0 +0 /);
      expect(compared.stdout).toMatch(/missing +activity_logs\/[0-9a-f-]{36} +the user\.login/);
      expect(compared.stdout).toContain('1 record differs.');
      const elsewhere = await runCli('db-verify', ['--json', '--only', 'login-analytics,orphans'], env);
      expect(elsewhere.code).toBe(0);
      expect(lastJson(elsewhere)['checks']).toHaveLength(2);
      const repaired = await runCli('db-verify', ['--repair'], env);
      expect(repaired.code).toBe(0);
      expect(repaired.stdout).toContain('wrote it again from the event');
      expect(repaired.stdout).toContain('nothing differs any more');
      await spoil();
      await service.settled();
      const again = lastJson(await runCli('db-verify', ['--repair', '--json'], env));
      const others = NAMES.slice(1).map((name) => ({ name, missing: 0 }));
      expect(again).toMatchObject({ ok: true, checks: [{ missing: 1, repaired: 1 }, ...others] });
    },
    TIMEOUT_MS,
  );

  it.each([
    ['DATABASE_URL', 'postgres://127.0.0.1:1/x', 'PostgreSQL cannot be reached.'],
    ['MONGODB_URI', 'mongodb://127.0.0.1:1/x', 'MongoDB cannot be reached.'],
    ['REDIS_URL', 'redis://127.0.0.1:1', 'Redis cannot be reached.'],
  ])(
    'ends with 2 where %s leads nowhere',
    async (name, url, message) => {
      const run = await runCli('db-verify', ['--json'], { ...env, [name]: url });
      expect(run).toMatchObject({ code: 2, stdout: '' });
      expect(run.stderr).toContain(message);
      expect(run.stderr).not.toContain('    at ');
    },
    TIMEOUT_MS,
  );

  it('ends with 2 for a check that there is not', async () => {
    const run = await runCli('db-verify', ['--only', 'outbox-activity,moods'], env);
    expect(run).toMatchObject({ code: 2, stdout: '' });
    expect(run.stderr).toContain('There is no check "moods". There are: outbox-activity, ');
    expect(run.stderr).not.toContain('    at ');
  });
});
