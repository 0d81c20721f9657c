import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { Command } from 'commander';

import type { Env } from '../config/aliases.js';
import { processEnv } from '../config/load-config.js';
import { Interruption } from '../stores/embedded/interruption.js';
import { signalProcess } from '../stores/embedded/process-identity.js';
import { startEmbeddedStores } from '../stores/embedded/start-embedded-stores.js';
import { sayEvent, step } from './quickstart/progress.js';
import { EXIT_USAGE, wholeNumber } from './run-command.js';
import { describeFailure } from './terminal/explained.js';
import { runsTable } from './tests/runs-table.js';
import { runVitest, type TestRun } from './tests/test-run.js';

interface Options {
  unit?: true;
  faults?: true;
  checks?: true;
  times?: number;
}

const PARTS = 4;

/** A test at full size takes up to half an hour. */
const FULL_SIZE_LIMITS = ['--testTimeout=3600000', '--hookTimeout=3600000'];

type Watch = (child: ChildProcess) => void;

async function onStores<T>(
  env: Env,
  interruption: Interruption,
  run: (env: Env, watch: Watch) => Promise<T>,
): Promise<T> {
  const begin = () => startEmbeddedStores({ env, redis: 'required', onEvent: sayEvent });
  const stores = await step('Stores', begin, () => 'up');
  try {
    const testEnv = {
      ...env,
      ...stores.env,
      DATA_DIR: stores.dataDir.path,
      TRIPTYCH_STORES: stores.dataDir.storesFile,
    };
    return await run(testEnv, (vitest) => {
      if (vitest.pid) stores.reaper.watch(vitest.pid, 'SIGTERM');
      void interruption.requested.then(() => vitest.kill('SIGTERM'));
      vitest.once('exit', () => vitest.pid && stores.reaper.forget(vitest.pid));
    });
  } finally {
    await stores.stop();
  }
}

/**
 * Runs the fault tests at full size, one after the other, and the whole set so many times. Ends early if it is asked
 * to.
 */
async function runFaults(
  times: number,
  args: readonly string[],
  env: Env,
  interruption: Interruption,
): Promise<TestRun[]> {
  const runs: TestRun[] = [];
  const only = ['--dir', 'test/faults', '--no-file-parallelism', ...FULL_SIZE_LIMITS];
  await onStores({ ...env, FULL: '1' }, interruption, async (testEnv, watch) => {
    while (runs.length < times && !interruption.isRequested)
      runs.push(await runVitest([...args, ...only], testEnv, watch));
  });
  return runs;
}

/**
 * Runs the tests that the arguments name, or all in parts, one after the other: each application leaves some 20 MB behind in its
 * worker, and a part begins with new workers.
 */
async function runOnStores(
  args: readonly string[],
  env: Env,
  interruption: Interruption,
): Promise<TestRun[]> {
  const parts = args.length > 0 ? 1 : PARTS;
  const runs: TestRun[] = [];
  await onStores(env, interruption, async (testEnv, watch) => {
    while (runs.length < parts && !interruption.isRequested)
      runs.push(await runVitest([...args, `--shard=${runs.length + 1}/${parts}`], testEnv, watch));
  });
  return runs;
}

const CHECKS = ['format', 'lint', 'types', 'boundaries', 'supply'] as const;

/** Runs each `npm run check:…` and counts it as a test. */
async function runChecks(env: Env, interruption: Interruption): Promise<TestRun> {
  const counts = { passed: 0, failed: 0 };
  for (const check of CHECKS) {
    if (interruption.isRequested) break;
    const child = spawn('npm', ['run', '--silent', `check:${check}`], {
      env: { ...env },
      stdio: ['ignore', 2, 2],
      detached: true,
    });
    // The whole group, because npm starts a shell, and that the check, which would go on without the two.
    void interruption.requested.then(() => child.pid && signalProcess(-child.pid, 'SIGTERM'));
    const [code] = (await once(child, 'exit')) as [number | null];
    process.stderr.write(`${code === 0 ? '✓' : '✗'} check:${check}\n`);
    counts[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return { ...counts, skipped: 0, tests: [], exitCode: counts.failed === 0 ? 0 : 1 };
}

/** Runs the tests and prints, as the last line, `N passed, N failed`. Returns the exit code. */
async function runTests(
  { unit, faults, checks, times = 1 }: Options,
  args: readonly string[],
): Promise<number> {
  const interruption = new Interruption();
  const given = processEnv();
  const env = { ...given, NODE_ENV: 'test', DATA_DIR: path.join(given['DATA_DIR'] || '.data', 'test') };
  const stopWith: Watch = (vitest) => void interruption.requested.then(() => vitest.kill('SIGTERM'));
  const runs = faults
    ? await runFaults(times, args, env, interruption)
    : unit
      ? [await runVitest([...args, '--dir', 'test/unit'], env, stopWith)]
      : await runOnStores(args, env, interruption);
  if (checks) runs.push(await runChecks(given, interruption));
  if (faults) process.stdout.write(`\n${runsTable(runs)}\n`);
  const sum = (of: (run: TestRun) => number): number => runs.reduce((total, run) => total + of(run), 0);
  const [passed, failed, skipped] = [
    sum((run) => run.passed),
    sum((run) => run.failed),
    sum((run) => run.skipped),
  ];
  process.stdout.write(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`);
  if (passed + failed === 0) process.stderr.write('No test ran.\n');
  return runs.some(({ exitCode }) => exitCode !== 0) || failed > 0 || passed === 0 ? 1 : 0;
}

const command = new Command('run-tests')
  .description(
    'Starts the stores that have no URL, runs the tests on them with Vitest, and stops the stores.',
  )
  .option('--unit', 'only test/unit, without stores')
  .option('--faults', 'only test/faults, at full size, and a table of what came of each test')
  .option('--checks', 'also every check of `npm run check`, each counted as a test')
  .option('--times <n>', 'with --faults: so many times', wholeNumber(1))
  .argument('[args...]', "file names, or parts of them, and Vitest's own arguments")
  .allowUnknownOption()
  .action(async (args: string[], options: Options) => {
    if (options.times !== undefined && !options.faults)
      command.error('error: --times goes with --faults', { exitCode: EXIT_USAGE });
    try {
      process.exit(await runTests(options, args));
    } catch (error) {
      process.stderr.write(`\n${describeFailure(error)}\n`);
      process.stdout.write('0 passed, 1 failed\n');
      process.exit(1);
    }
  });
command.parse();
