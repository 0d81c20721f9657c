import { setTimeout as sleep } from 'node:timers/promises';

import { signalFamily, signalProcess, startOf } from './process-identity.js';

const STOP_WITHIN_MS = 8_000;

/** A process of an earlier run. Its start time distinguishes it from another process with a recycled pid. */
export interface KnownProcess {
  pid: number;
  start: string;
  stopSignal: NodeJS.Signals;
}

async function waitUntilGone(pid: number, start: string, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if ((await startOf(pid)) !== start) return true;
    await sleep(20);
  }
  return false;
}

/** Ends a process that another supervisor has left behind, even a frozen one. Returns when it is gone. */
export async function stopLeftover(pid: number, stopSignal: NodeJS.Signals): Promise<void> {
  const start = await startOf(pid);
  if (start === null) return;
  await signalFamily(pid, 'SIGCONT');
  signalProcess(pid, stopSignal);
  if (await waitUntilGone(pid, start, STOP_WITHIN_MS)) return;
  signalProcess(pid, 'SIGKILL');
  await waitUntilGone(pid, start, STOP_WITHIN_MS);
}

/** Ends those of the processes that still run. */
export async function stopLeftovers(processes: readonly KnownProcess[]): Promise<void> {
  await Promise.all(
    processes.map(async ({ pid, start, stopSignal }) => {
      if ((await startOf(pid)) === start) await stopLeftover(pid, stopSignal);
    }),
  );
}
