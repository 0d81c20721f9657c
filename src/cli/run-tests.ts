import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { Command } from 'commander';
import { z } from 'zod';

import type { Env } from '../config/aliases.js';
import { processEnv } from '../config/load-config.js';
import { hasCode } from '../stores/embedded/process-identity.js';
import { Interruption } from '../stores/embedded/interruption.js';
import { startEmbeddedStores } from '../stores/embedded/start-embedded-stores.js';
import { sayEvent, step } from './quickstart/progress.js';
import { describeFailure } from './terminal/explained.js';

const jestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
});

/** The counts of one run. A suite that could not run at all counts as one failure. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

async function readCounts(file: string): Promise<TestCounts | null> {
  try {
    const results = jestResults.parse(JSON.parse(await readFile(file, 'utf8')));
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
    };
  } catch (error) {
    // Jest ended before it could write any.
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

interface JestRun {
  counts: TestCounts;
  exitCode: number;
}

function spawnJest(args: readonly string[], env: Env, resultsFile: string): ChildProcess {
  const jest = path.join(
    path.dirname(createRequire(import.meta.url).resolve('jest/package.json')),
    'bin',
    'jest.js',
  );
  // A warning for each worker about a flag that Jest needs for ES modules.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const report = ['--json', '--outputFile', resultsFile];
  return spawn(process.execPath, [...flags, jest, ...report, ...args], {
    env: { ...env },
    // Its report goes to standard error; standard output keeps only our last line.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

async function runJest(
  args: readonly string[],
  env: Env,
  onStart: (jest: ChildProcess) => void,
): Promise<JestRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-jest-'));
  try {
    const resultsFile = path.join(folder, 'results.json');
    const jest = spawnJest(args, env, resultsFile);
    onStart(jest);
    const [code] = (await once(jest, 'exit')) as [number | null];
    const counts = (await readCounts(resultsFile)) ?? { passed: 0, failed: 1, skipped: 0 };
    return { counts, exitCode: code ?? 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function runOnStores(args: readonly string[], env: Env, interruption: Interruption): Promise<JestRun> {
  const begin = () => startEmbeddedStores({ env, redis: 'required', onEvent: sayEvent });
  const stores = await step('Stores', begin, () => 'up');
  try {
    const testEnv = {
      ...env,
      ...stores.env,
      DATA_DIR: stores.dataDir.path,
      TRIPTYCH_STORES: stores.dataDir.storesFile,
    };
    return await runJest(args, testEnv, (jest) => {
      if (jest.pid) stores.reaper.watch(jest.pid, 'SIGTERM');
      void interruption.requested.then(() => jest.kill('SIGTERM'));
      jest.once('exit', () => jest.pid && stores.reaper.forget(jest.pid));
    });
  } finally {
    await stores.stop();
  }
}

/** Runs the tests and prints, as the last line, `N passed, N failed`. Returns the exit code. */
async function runTests(isUnit: boolean, args: readonly string[]): Promise<number> {
  const interruption = new Interruption();
  const given = processEnv();
  const env = { ...given, NODE_ENV: 'test', DATA_DIR: path.join(given['DATA_DIR'] || '.data', 'test') };
  const stopWith = (jest: ChildProcess) => void interruption.requested.then(() => jest.kill('SIGTERM'));
  const { counts, exitCode } = isUnit
    ? await runJest(['--testMatch', '<rootDir>/test/unit/**/*-spec.ts', ...args], env, stopWith)
    : await runOnStores(args, env, interruption);
  const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  if (counts.passed + counts.failed === 0) process.stderr.write('No test ran.\n');
  return exitCode !== 0 || counts.failed > 0 || counts.passed === 0 ? 1 : 0;
}

new Command('run-tests')
  .description('Starts the stores that have no URL, runs the tests on them with Jest, and stops the stores.')
  .option('--unit', 'only test/unit, without stores')
  .argument('[args...]', "Jest's own arguments")
  .allowUnknownOption()
  .action(async (args: string[], { unit = false }: { unit?: boolean }) => {
    try {
      process.exit(await runTests(unit, args));
    } catch (error) {
      process.stderr.write(`\n${describeFailure(error)}\n`);
      process.stdout.write('0 passed, 1 failed\n');
      process.exit(1);
    }
  })
  .parse();
