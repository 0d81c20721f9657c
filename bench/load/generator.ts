import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { z } from 'zod';

import { hasCode } from '../../src/stores/embedded/process-identity.js';
import { linesOf, type LoadGenerator, loadResult, TIMEOUT_SECONDS } from './load.js';

const run = promisify(execFile);

const beside = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

const headerArguments = (headers: Readonly<Record<string, string>>): string[] =>
  Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);

/** The version of the wrk on the PATH; null without one. */
async function wrkVersion(): Promise<string | null> {
  try {
    // It prints its version, then its usage, and exits with 1.
    const { stdout } = await run('wrk', ['--version']).catch((error: unknown) => {
      if (typeof error === 'object' && error !== null && 'stdout' in error) return { stdout: error.stdout };
      throw error;
    });
    return /^wrk \S*?([\d.]+)/.exec(String(stdout))?.[1] ?? null;
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** C, one thread: it leaves the cores to what is measured. */
const wrk = (version: string, linesFile: string): LoadGenerator => ({
  name: `wrk ${version}`,
  run: async ({ baseUrl, method, headers, targets, connections, seconds }) => {
    await writeFile(linesFile, linesOf(targets));
    const amount = ['-t', '1', '-c', String(connections), '-d', `${seconds}s`];
    const limits = ['--timeout', `${TIMEOUT_SECONDS}s`, '-s', beside('./wrk.lua')];
    const { stdout } = await run('wrk', [
      ...amount,
      ...limits,
      ...headerArguments(headers),
      baseUrl,
      '--',
      method,
      linesFile,
    ]);
    return loadResult.parse(JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? ''));
  },
});

/** JavaScript: on two cores its own use of the processor lowers every figure. */
const autocannon = (version: string, linesFile: string): LoadGenerator => ({
  name: `autocannon ${version}`,
  run: async ({ targets, ...plan }) => {
    await writeFile(linesFile, linesOf(targets));
    const { stdout } = await run(process.execPath, [
      beside('./autocannon-process.js'),
      JSON.stringify({ ...plan, linesFile }),
    ]);
    return loadResult.parse(JSON.parse(stdout));
  },
});

/** wrk where it is on the PATH, else autocannon. */
export async function findLoadGenerator(scratch: string): Promise<LoadGenerator> {
  const linesFile = path.join(scratch, 'requests.tsv');
  const version = await wrkVersion();
  if (version !== null) return wrk(version, linesFile);
  const manifest: unknown = createRequire(import.meta.url)('autocannon/package.json');
  return autocannon(z.object({ version: z.string() }).parse(manifest).version, linesFile);
}
