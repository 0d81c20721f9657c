import type { StdioOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import path from 'node:path';

import type { Env } from '../../config/aliases.js';
import { packageRoot } from '../../config/package-root.js';
import { CommandFailed } from '../terminal/explained.js';
import { runChild } from '../terminal/run-child.js';

/**
 * - `terminal`: it uses this terminal directly.
 * - `interactive`: it shows its progress and may ask; its complaints are collected.
 * - `silent`: it cannot ask, and all of its output is collected.
 */
type Mode = 'terminal' | 'interactive' | 'silent';

const STDIO: Readonly<Record<Mode, StdioOptions>> = {
  terminal: 'inherit',
  interactive: ['inherit', 'inherit', 'pipe'],
  silent: ['ignore', 'pipe', 'pipe'],
};

export interface DrizzleKitRun {
  exitCode: number;
  /** Its output in `silent` mode; empty otherwise. */
  stdout: string;
  /** The first line of its error, or null. It exits with 0 after most errors. */
  complaint: string | null;
}

function binary(): string {
  try {
    return path.join(path.dirname(createRequire(import.meta.url).resolve('drizzle-kit')), 'bin.cjs');
  } catch (error) {
    const why = 'this is an installation without development tools';
    throw new CommandFailed('drizzle-kit is not installed.', why, ['pnpm install'], { cause: error });
  }
}

const complaintIn = (output: string): string | null => /^.*\berror\b.*$/im.exec(output)?.[0].trim() ?? null;

/** Runs drizzle-kit and waits for its end. */
export async function runDrizzleKit(args: readonly string[], env: Env, mode: Mode): Promise<DrizzleKitRun> {
  const options = { cwd: packageRoot, env, stdio: STDIO[mode] };
  const { exitCode, stdout, stderr } = await runChild([binary(), ...args], options);
  const complaint = complaintIn(stderr) ?? complaintIn(stdout);
  return { exitCode, stdout, complaint: complaint ?? (exitCode === 0 ? null : `${stdout}${stderr}`.trim()) };
}
