import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The code that the operating system or a child process gave an error. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

export const hasCode = (error: unknown, ...codes: string[]): boolean => {
  const code = codeOf(error);
  return typeof code === 'string' && codes.includes(code);
};

async function readProc(pid: number, file: string): Promise<string | null> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH', 'EACCES')) return null;
    throw error;
  }
}

async function ps(pid: number, column: string): Promise<string | null> {
  try {
    return (await run('ps', ['-o', `${column}=`, '-p', String(pid)])).stdout.trim() || null;
  } catch (error) {
    // ps exits with 1 for a process that does not exist.
    if (codeOf(error) === 1) return null;
    throw error;
  }
}

/** Sends a signal. False if there is no such process. Signal 0 only checks that. */
export function signalProcess(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (error) {
    if (hasCode(error, 'ESRCH')) return false;
    if (hasCode(error, 'EPERM')) return signal === 0;
    throw error;
  }
}

/** A process and its children, which may have sessions of their own. Linux only; elsewhere the process alone. */
export async function familyOf(pid: number): Promise<number[]> {
  const list = process.platform === 'linux' ? await readProc(pid, `task/${pid}/children`) : null;
  return [pid, ...(list ?? '').split(' ').filter(Boolean).map(Number)];
}

/** Sends a signal to a process and to its children. */
export async function signalFamily(pid: number, signal: NodeJS.Signals): Promise<void> {
  for (const member of await familyOf(pid)) signalProcess(member, signal);
}

/** Whether the process is stopped, by `kill -STOP` for instance. Linux only; elsewhere always false. */
export async function isFrozen(pid: number): Promise<boolean> {
  const stat = process.platform === 'linux' ? await readProc(pid, 'stat') : null;
  return stat !== null && stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
}

/**
 * When the process started, in the system's own units. It distinguishes the process from a later one with the same
 * pid.
 */
export async function startOf(pid: number): Promise<string | null> {
  if (process.platform === 'win32') return signalProcess(pid, 0) ? 'alive' : null;
  if (process.platform !== 'linux') return ps(pid, 'lstart');
  const stat = await readProc(pid, 'stat');
  if (stat === null) return null;
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Field 22, starttime. A zombie has ended, but its parent has not collected its exit status yet.
  return state === 'Z' ? null : (rest[18] ?? null);
}

/** The process's command line in one string. Null if there is none, or if this user may not read it. */
export async function commandLineOf(pid: number): Promise<string | null> {
  if (process.platform === 'win32') return null;
  if (process.platform !== 'linux') return ps(pid, 'command');
  return (await readProc(pid, 'cmdline'))?.replaceAll('\0', ' ') ?? null;
}
