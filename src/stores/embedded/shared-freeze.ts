import { familyOf, isFrozen, signalProcess } from './process-identity.js';

const LOOK_EVERY_MS = 100;

/**
 * Freezes PostgreSQL's processes together. `kill -STOP` of the process in `stores.json` alone would leave its backends
 * answering. While this runs, freezing the parent freezes its children too, and thawing or ending it thaws them.
 * Returns a function that ends this.
 */
export function shareFreezes(currentPid: () => number | null): () => void {
  let frozen: readonly number[] = [];
  const look = async (): Promise<void> => {
    const pid = currentPid();
    if (pid !== null && (await isFrozen(pid))) {
      // Listed each time, because a backend may have started in between. Without the parent, which is frozen already: if it
      // was thawed meanwhile, a second SIGSTOP would freeze it for good.
      frozen = (await familyOf(pid)).filter((member) => member !== pid);
      for (const member of frozen) signalProcess(member, 'SIGSTOP');
      return;
    }
    for (const member of frozen) signalProcess(member, 'SIGCONT');
    frozen = [];
  };
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    void look().finally(() => {
      isLooking = false;
    });
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}
