import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import type { Env } from '../../config/aliases.js';
import { hasCode } from '../../stores/embedded/process-identity.js';

const jestResults = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  numRuntimeErrorTestSuites: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), duration: z.number().nullish() }),
      ),
    }),
  ),
});

/** One test of one run. */
export interface TestResult {
  file: string;
  /** With the names of the `describe` blocks around it. */
  name: string;
  isPassed: boolean;
  durationMs: number;
}

/** The result of one run of Jest. A suite that could not run at all counts as one failure. */
export interface JestRun {
  passed: number;
  failed: number;
  skipped: number;
  /** The tests that ran. */
  tests: TestResult[];
  exitCode: number;
}

/**
 * How long Jest may continue after it has written its results. Resources that a failed test has left open must not
 * hang the run.
 */
const LINGER_MS = 10_000;
const LOOK_MS = 500;

/**
 * Runs Jest once. `onStart` receives its process. If Jest does not end after its tests, it is ended and counts as
 * failed.
 */
export async function runJest(
  args: readonly string[],
  env: Env,
  onStart: (jest: ChildProcess) => void,
  lingerMs = LINGER_MS,
): Promise<JestRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-jest-'));
  try {
    const resultsFile = path.join(folder, 'results.json');
    const jest = spawnJest(args, env, resultsFile);
    onStart(jest);
    const ended = once(jest, 'exit') as Promise<[number | null]>;
    const looking = endAfter(resultsFile, lingerMs, jest);
    const [code] = await ended;
    clearInterval(looking);
    const results = await readResults(resultsFile);
    return { ...(results ?? { passed: 0, failed: 1, skipped: 0, tests: [] }), exitCode: code ?? 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function spawnJest(args: readonly string[], env: Env, resultsFile: string): ChildProcess {
  const jest = path.join(
    path.dirname(createRequire(import.meta.url).resolve('jest/package.json')),
    'bin',
    'jest.js',
  );
  // Suppresses a warning of each worker about a flag that Jest needs for ES modules.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const report = ['--json', '--outputFile', resultsFile];
  return spawn(process.execPath, [...flags, jest, ...report, ...args], {
    env: { ...env },
    // Its report goes to standard error, so that standard output has only our own last line.
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function endAfter(resultsFile: string, lingerMs: number, jest: ChildProcess): NodeJS.Timeout {
  let writtenAt = Infinity;
  return setInterval(() => {
    if (existsSync(resultsFile)) writtenAt = Math.min(writtenAt, performance.now());
    if (performance.now() - writtenAt < lingerMs) return;
    process.stderr.write('✗ Jest does not end after its tests: one of them left something open.\n');
    jest.kill('SIGKILL');
  }, LOOK_MS);
}

async function readResults(file: string): Promise<Omit<JestRun, 'exitCode'> | null> {
  try {
    const results = jestResults.parse(JSON.parse(await readFile(file, 'utf8')));
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests + results.numTodoTests,
      tests: results.testResults.flatMap(({ name, assertionResults }) =>
        assertionResults
          .filter(({ status }) => status === 'passed' || status === 'failed')
          .map(({ fullName, status, duration }) => ({
            file: path.basename(name),
            name: fullName,
            isPassed: status === 'passed',
            durationMs: duration ?? 0,
          })),
      ),
    };
  } catch (error) {
    // Jest ended before it could write its results.
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}
