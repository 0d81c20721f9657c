import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

import { z } from 'zod';

import type { Env } from '../../config/aliases.js';
import { hasCode } from '../../stores/embedded/process-identity.js';

const report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), duration: z.number().nullish() }),
      ),
    }),
  ),
});
type Report = z.infer<typeof report>;

/** One test of one run. */
export interface TestResult {
  file: string;
  /** With the names of the `describe` blocks around it. */
  name: string;
  isPassed: boolean;
  durationMs: number;
}

/** The result of one run of Vitest. A file that failed outside its tests counts as one failure. */
export interface TestRun {
  passed: number;
  failed: number;
  skipped: number;
  /** The tests that ran. */
  tests: TestResult[];
  exitCode: number;
}

/** Runs Vitest once. `onStart` receives its process. */
export async function runVitest(
  args: readonly string[],
  env: Env,
  onStart: (vitest: ChildProcess) => void,
): Promise<TestRun> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'triptych-tests-'));
  try {
    const reportFile = path.join(folder, 'report.json');
    const vitest = spawnVitest(args, env, reportFile);
    onStart(vitest);
    const [code] = (await once(vitest, 'exit')) as [number | null];
    const results = await readResults(reportFile);
    return { ...(results ?? { passed: 0, failed: 1, skipped: 0, tests: [] }), exitCode: code ?? 1 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function spawnVitest(args: readonly string[], env: Env, reportFile: string): ChildProcess {
  const vitest = path.join(
    path.dirname(createRequire(import.meta.url).resolve('vitest/package.json')),
    'vitest.mjs',
  );
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  return spawn(process.execPath, [vitest, 'run', ...reporters, ...args], {
    env: { ...env },
    // Everything that it prints goes to standard error, so that standard output has only our own last line.
    stdio: ['ignore', 2, 2],
  });
}

async function readResults(file: string): Promise<Omit<TestRun, 'exitCode'> | null> {
  try {
    return resultsOf(report.parse(JSON.parse(await readFile(file, 'utf8'))));
  } catch (error) {
    // Vitest ended before it could write its report.
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

function resultsOf({ numPassedTests, numFailedTests, ...rest }: Report): Omit<TestRun, 'exitCode'> {
  const isFailed = ({ status }: { status: string }): boolean => status === 'failed';
  const failedOutside = rest.testResults.filter(
    (file) => isFailed(file) && !file.assertionResults.some(isFailed),
  );
  return {
    passed: numPassedTests,
    failed: numFailedTests + failedOutside.length,
    skipped: rest.numPendingTests + rest.numTodoTests,
    tests: rest.testResults.flatMap(({ name, assertionResults }) =>
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
}
