import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The most processor time, in milliseconds, that one turn of the event loop took of this thread while `work` ran. Processor
 * time and not the clock: what other programs do on the machine does not count.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longestUs = 0;
  const finished = work().finally(() => {
    isDone = true;
  });
  // What `work` did before its first wait is part of the turn that it was called in.
  let before = process.threadCpuUsage();
  const measure = async (): Promise<void> => {
    while (!isDone) {
      await nextTurn();
      const { user, system } = process.threadCpuUsage(before);
      longestUs = Math.max(longestUs, user + system);
      before = process.threadCpuUsage();
    }
  };
  await Promise.all([finished, measure()]);
  return longestUs / 1_000;
}

/** The best of some runs: a pause of the garbage collector or a function's first compilation is in one of them. */
export async function usualLongestTurnMs(work: () => Promise<unknown>, runs = 4): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs; run += 1) best = Math.min(best, await longestTurnMs(work));
  return best;
}
