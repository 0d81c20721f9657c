import { Unavailable } from './errors/kinds.js';
import { CallersInTurn } from './callers-in-turn.js';

/** The caller has too many operations waiting, or has waited too long. */
export class QueueFull extends Unavailable {
  override code = 'service.busy';

  constructor() {
    super('The service is at its limit of this kind of work. Try again shortly.');
  }
}

export interface FairQueueLimits {
  /** How many run at once. */
  concurrency: number;
  /** How many operations of one caller may wait. */
  perCallerWaiting: number;
  waitMs: number;
}

interface Waiting {
  start: () => void;
  timer: NodeJS.Timeout;
}

/**
 * Limits expensive work and lets callers take turns, so that a caller with a hundred requests delays another caller by
 * only one of them.
 */
export class FairQueue {
  private active = 0;
  private readonly waiting = new CallersInTurn<Waiting>();

  constructor(private readonly limits: FairQueueLimits) {}

  /** Throws `QueueFull`; then `work` has not begun. */
  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    if (this.active < this.limits.concurrency) this.active += 1;
    else await this.waitForTurn(caller);
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private waitForTurn(caller: string): Promise<void> {
    const { perCallerWaiting, waitMs } = this.limits;
    if (this.waiting.waitingOf(caller) >= perCallerWaiting) return Promise.reject(new QueueFull());
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        start: resolve,
        timer: setTimeout(() => {
          this.waiting.remove(caller, entry);
          reject(new QueueFull());
        }, waitMs),
      };
      this.waiting.add(caller, entry);
    });
  }

  /** Passes the place to the next caller, if there is one. `active` stays as it is then. */
  private leave(): void {
    const next = this.waiting.take();
    if (!next) {
      this.active -= 1;
      return;
    }
    clearTimeout(next.timer);
    next.start();
  }
}
