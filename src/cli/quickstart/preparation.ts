import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

import { z } from 'zod';

import type { Env } from '../../config/aliases.js';
import { packageRoot } from '../../config/package-root.js';
import { EmbeddedStoreFailed } from '../../stores/embedded/embedded-store.errors.js';

const seeded = z.object({
  login: z.object({ email: z.string(), password: z.string() }),
  organization: z.object({ id: z.string(), slug: z.string() }),
  api_key: z.string(),
});

/** The login data that the seed has created. */
export type Seeded = z.infer<typeof seeded>;

/** The file of a command in the build. */
export const commandFile = (name: string): string => path.join(packageRoot, 'dist', 'cli', `${name}.js`);

/** Runs a command of `dist/cli` and returns its standard output. Its other output is shown only if it fails. */
async function runCommand(name: string, args: readonly string[], env: Env): Promise<string> {
  const child = spawn(process.execPath, ['--enable-source-maps', commandFile(name), ...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let all = '';
  child.stdout.on('data', (chunk) => (stdout += String(chunk)));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (all += String(chunk)));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  if (code === 0) return stdout.trim();
  throw new EmbeddedStoreFailed(`${name} ended with ${signal ?? `exit code ${code}`}.`, all.trim(), [
    `run it alone: npm run ${name.replace('-', ':')}`,
  ]);
}

export const migrate = (env: Env): Promise<string> => runCommand('db-migrate', [], env);

/** Fills the stores with the demonstration data. Existing data stay. */
export async function seed(env: Env): Promise<Seeded> {
  const output = await runCommand('db-seed', ['--json'], env);
  return seeded.parse(JSON.parse(output.split('\n').at(-1) ?? ''));
}
