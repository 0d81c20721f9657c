import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The most processor time, in milliseconds, that one turn of the event loop of this thread took while `work` ran. Not
 * clock time, so that other programs on the machine do not count.
 */
export async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  let isDone = false;
  let longestUs = 0;
  const finished = work().finally(() => {
    isDone = true;
  });
  // The work before the first wait of `work` belongs to the turn in which it was called.
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

/**
 * The best of several runs, because a garbage collection or the first compilation of a function affects only one of
 * them.
 */
export async function usualLongestTurnMs(work: () => Promise<unknown>, runs = 4): Promise<number> {
  let best = Infinity;
  for (let run = 0; run < runs; run += 1) best = Math.min(best, await longestTurnMs(work));
  return best;
}
