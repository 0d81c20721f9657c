import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * MiB of heap and buffers after a garbage collection. Objects that have just ended may take some turns to be released.
 */
export async function usedMb(): Promise<number> {
  let least = Infinity;
  for (let n = 0; n < 5; n += 1) {
    await new Promise(setImmediate);
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, (heapUsed + arrayBuffers) / 1_048_576);
  }
  return least;
}
