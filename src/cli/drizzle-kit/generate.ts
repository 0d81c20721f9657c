import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import type { Env } from '../../config/aliases.js';
import { packageRoot } from '../../config/package-root.js';
import { readMigrations, statementsOf } from '../../stores/postgres/migrations/index.js';
import { CommandFailed } from '../terminal/explained.js';
import { missingExtensions } from './extensions.js';
import { downMigration } from './invert.js';
import { runDrizzleKit } from './run-drizzle-kit.js';

export interface Generated {
  name: string;
  statements: number;
  /** The statements that have to be written by hand in the down file. */
  irreversible: readonly string[];
}

export interface GenerateOptions {
  name?: string;
  /** Creates an empty migration, to be written by hand. */
  custom: boolean;
}

const upFiles = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((file) => file.endsWith('.sql') && !file.endsWith('.down.sql')).sort();

/**
 * drizzle-kit does not support extensions. Adds those that the new file uses, and that no earlier file creates, at its
 * beginning.
 */
async function addExtensions(folder: string, file: string): Promise<string> {
  const generated = await readFile(path.join(folder, file), 'utf8');
  const others = (await upFiles(folder)).filter((other) => other !== file);
  const earlier = await Promise.all(others.map((other) => readFile(path.join(folder, other), 'utf8')));
  const statements = missingExtensions(generated, earlier);
  const up = [...statements, generated].join('--> statement-breakpoint\n');
  if (statements.length > 0) await writeFile(path.join(folder, file), up);
  return up;
}

async function writeDown(folder: string, file: string): Promise<Generated> {
  const name = file.slice(0, -'.sql'.length);
  const up = await addExtensions(folder, file);
  const { sql, irreversible } = downMigration(name, up);
  // wx, so that a file that was written by hand is never overwritten.
  await writeFile(path.join(folder, `${name}.down.sql`), sql, { flag: 'wx' });
  return { name, statements: statementsOf(up).length, irreversible };
}

/** Writes the next migration, up and down. Null if the tables equal the last snapshot. */
export async function generate(
  folder: string,
  { name, custom }: GenerateOptions,
  env: Env,
): Promise<Generated | null> {
  const before = await upFiles(folder);
  const args = [...(name === undefined ? [] : ['--name', name]), ...(custom ? ['--custom'] : [])];
  const { complaint } = await runDrizzleKit(['generate', ...args], env, 'interactive');
  if (complaint !== null) {
    throw new CommandFailed('drizzle-kit could not generate a migration.', complaint, [
      'it asks whether a column or table was renamed, which takes a terminal',
    ]);
  }
  const [added] = (await upFiles(folder)).filter((file) => !before.includes(file));
  return added === undefined ? null : writeDown(folder, added);
}

/**
 * The statements that `generate` would write now. Empty if the tables equal the last snapshot. Works on a copy of the
 * folder. A rename, about which drizzle-kit would ask, throws `CommandFailed`.
 */
export async function drift(folder: string, env: Env): Promise<readonly string[]> {
  const workspace = await mkdtemp(path.join(os.tmpdir(), 'triptych-drift-'));
  try {
    const copy = path.join(workspace, 'drizzle');
    await cp(folder, copy, { recursive: true });
    const before = await upFiles(copy);
    const config = path.join(workspace, 'drizzle.config.ts');
    const base = JSON.stringify(path.join(packageRoot, 'drizzle.config.ts'));
    const out = JSON.stringify(path.relative(packageRoot, copy));
    await writeFile(config, `import base from ${base};\nexport default { ...base, out: ${out} };\n`);
    const { complaint } = await runDrizzleKit(['generate', '--config', config], env, 'silent');
    if (complaint !== null) {
      throw new CommandFailed('The tables cannot be compared with the last migration.', complaint, [
        'npm run db:generate, on a terminal: it asks whether a column or table was renamed',
      ]);
    }
    const [added] = (await upFiles(copy)).filter((file) => !before.includes(file));
    if (added === undefined) return [];
    const written = (await readMigrations(copy)).find(({ name }) => `${name}.sql` === added);
    return written?.up ?? [];
  } finally {
    await rm(workspace, { recursive: true, force: true });
  }
}
