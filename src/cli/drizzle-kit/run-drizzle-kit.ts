import { spawn, type StdioOptions } from 'node:child_process';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Env } from '../../config/aliases.js';
import { CommandFailed } from '../terminal/explained.js';

/** Where package.json, drizzle.config.ts and drizzle/ are. */
export const packageRoot = fileURLToPath(new URL('../../../', import.meta.url));

/**
 * - `terminal`: it has this terminal for itself.
 * - `interactive`: it shows its progress and may ask; what it complains about is collected.
 * - `silent`: it can ask nothing, and all that it prints is collected.
 */
type Mode = 'terminal' | 'interactive' | 'silent';

const STDIO: Readonly<Record<Mode, StdioOptions>> = {
  terminal: 'inherit',
  interactive: ['inherit', 'inherit', 'pipe'],
  silent: ['ignore', 'pipe', 'pipe'],
};

export interface DrizzleKitRun {
  exitCode: number;
  /** The first line of the error that it met, or null. It exits with 0 after most of them. */
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

/** Runs drizzle-kit to its end. The terminal's own signals reach it by themselves. */
export async function runDrizzleKit(args: readonly string[], env: Env, mode: Mode): Promise<DrizzleKitRun> {
  const child = spawn(process.execPath, [binary(), ...args], { cwd: packageRoot, env, stdio: STDIO[mode] });
  let output = '';
  const collect = (chunk: Buffer) => (output += chunk.toString());
  child.stdout?.on('data', collect);
  child.stderr?.on('data', collect);
  const stop = () => child.kill('SIGTERM');
  process.on('exit', stop);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        const exitCode = signal ? 128 + os.constants.signals[signal] : (code ?? 1);
        resolve({ exitCode, complaint: complaintIn(output) ?? (exitCode === 0 ? null : output.trim()) });
      });
    });
  } finally {
    process.removeListener('exit', stop);
  }
}
