import { setTimeout as pause } from 'node:timers/promises';

import { StoreUnavailable } from '../../stores/store-unavailable.js';

const GIVE_UP_MS = 5_000;
const PAUSE_MS = 100;

/**
 * Repeats a step while its store is away, for up to 5 s unless another limit is given, so that a short outage does not
 * end a work of many minutes. Rejects with the last `StoreUnavailable`, and at once with any other error.
 */
export async function persistently<T>(step: () => Promise<T>, giveUpMs = GIVE_UP_MS): Promise<T> {
  const giveUpAt = performance.now() + giveUpMs;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || performance.now() > giveUpAt) throw error;
      await pause(PAUSE_MS);
    }
  }
}
