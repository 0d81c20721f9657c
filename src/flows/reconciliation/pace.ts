import { setTimeout as pause } from 'node:timers/promises';

/**
 * Keeps work that goes on in the background to a share of one core: after each part of it, the work rests for as long as the
 * share asks. The time that a part took, with all its waiting for stores, stands for the processor's time, which is never more.
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

  /** Rejects with the reason of the signal where that is aborted meanwhile. */
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
