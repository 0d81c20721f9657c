import { spawn, type StdioOptions } from 'node:child_process';
import os from 'node:os';

import type { Env } from '../../config/aliases.js';

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface ChildRun {
  /** 128 + n if signal n ended it. */
  exitCode: number;
  /** Its output if `stdio` is `pipe`; empty otherwise. */
  stdout: string;
  stderr: string;
}

export interface ChildOptions {
  cwd: string;
  env: Env;
  stdio: StdioOptions;
}

/**
 * Runs a Node program until it ends. Signals are passed on, so the program decides when to end. It never outlives this
 * process.
 */
export async function runChild(args: readonly string[], options: ChildOptions): Promise<ChildRun> {
  const child = spawn(process.execPath, [...args], options);
  const printed = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (printed.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (printed.stderr += chunk.toString()));
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  const stop = () => child.kill('SIGTERM');
  for (const signal of FORWARDED) process.on(signal, forward);
  process.on('exit', stop);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ exitCode: signal ? 128 + os.constants.signals[signal] : (code ?? 1), ...printed });
      });
    });
  } finally {
    for (const signal of FORWARDED) process.removeListener(signal, forward);
    process.removeListener('exit', stop);
  }
}
