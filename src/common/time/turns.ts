import { setImmediate as nextTurn } from 'node:timers/promises';

const SLICE_MS = 8;

/**
 * For a long run of small steps in one request: `await turns.pass()` between them lets other requests run after each 8 ms of
 * work.
 */
export class Turns {
  private until = performance.now() + SLICE_MS;

  async pass(): Promise<void> {
    if (performance.now() < this.until) return;
    await nextTurn();
    this.until = performance.now() + SLICE_MS;
  }
}
