import { setTimeout as pause } from 'node:timers/promises';

import { StoreUnavailable } from '../../stores/store-unavailable.js';

const GIVE_UP_MS = 5_000;
const PAUSE_MS = 100;

/**
 * Repeats a read while its store is away, for up to 5 s, so that a short outage does not end a comparison of many
 * minutes. Rejects with the last `StoreUnavailable`, and at once with any other error.
 */
export async function persistently<T>(read: () => Promise<T>): Promise<T> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof StoreUnavailable) || performance.now() > giveUpAt) throw error;
      await pause(PAUSE_MS);
    }
  }
}
