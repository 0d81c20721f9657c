import { familyOf, isFrozen, signalProcess } from './process-identity.js';

const LOOK_EVERY_MS = 100;

/**
 * PostgreSQL is a family of processes: `kill -STOP` of the one in `stores.json` would leave its backends answering.
 * While this runs, a freeze of the parent freezes its children too, and its thaw or its end thaws them. Returns how
 * to end it.
 */
export function shareFreezes(currentPid: () => number | null): () => void {
  let frozen: readonly number[] = [];
  const look = async (): Promise<void> => {
    const pid = currentPid();
    if (pid !== null && (await isFrozen(pid))) {
      // Each time anew: a backend may have been born in between.
      frozen = await familyOf(pid);
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
