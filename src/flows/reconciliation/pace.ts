import { setTimeout as pause } from 'node:timers/promises';

/**
 * Limits background work to a share of one core. After each part, the work rests for as long as the share requires.
 * The elapsed time of a part, including its waits for stores, is counted as processor time, which is never more than
 * that.
 */
export class Pace {
  private resumedAt: number;

  /** `share`: 0.05 for a twentieth. */
  constructor(
    private readonly share: number,
    private readonly now: () => number = () => performance.now(),
    private readonly pauseMs: typeof pause = pause,
  ) {
    this.resumedAt = now();
  }

  /** Rejects with the reason of the signal if it is aborted meanwhile. */
  async rest(signal?: AbortSignal): Promise<void> {
    const workedMs = this.now() - this.resumedAt;
    try {
      await this.pauseMs(workedMs * (1 / this.share - 1), undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
    this.resumedAt = this.now();
  }
}
