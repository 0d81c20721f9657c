import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { Reaper } from '../../../src/stores/embedded/reaper.js';

let reaper: Reaper | null = null;

/** What a command of the build has printed, and how it ended. */
export interface CliRun {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Starts `dist/cli/NAME.js` as the npm scripts do, with nothing but `env` and where programs and compiled code are. */
export function startCli(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  const file = fileURLToPath(new URL(`../../../dist/cli/${name}.js`, import.meta.url));
  if (!existsSync(file)) throw new Error('There is no build: run the tests with `npm test`.');
  const child = spawn(process.execPath, [file, ...args], {
    env: { ...kept('PATH', 'HOME', 'NODE_COMPILE_CACHE'), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${name} could not be started`);
  // A test that fails waits for it no longer.
  reaper ??= new Reaper();
  reaper.watch(pid, 'SIGTERM');
  child.once('exit', () => reaper?.forget(pid));
  return child;
}

const kept = (...names: string[]): Record<string, string | undefined> =>
  Object.fromEntries(names.map((name) => [name, process.env[name]]));

/** The same, up to its end. */
export async function runCli(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<CliRun> {
  const child = startCli(name, args, env);
  const run: CliRun = { code: null, stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (run.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (run.stderr += chunk.toString()));
  [run.code] = (await once(child, 'close')) as [number | null];
  return run;
}

/** The JSON of the last line on standard output. */
export const lastJson = ({ stdout }: CliRun): Record<string, unknown> =>
  JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
