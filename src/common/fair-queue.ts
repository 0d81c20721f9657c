import { Unavailable } from './errors/kinds.js';

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
  /** In the order in which the callers have their next turn. */
  private readonly waiting = new Map<string, Waiting[]>();

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
    const queue = this.waiting.get(caller) ?? [];
    if (queue.length >= this.limits.perCallerWaiting) return Promise.reject(new QueueFull());
    this.waiting.set(caller, queue);
    return new Promise((resolve, reject) => {
      const entry: Waiting = {
        start: resolve,
        timer: setTimeout(() => {
          queue.splice(queue.indexOf(entry), 1);
          if (queue.length === 0) this.waiting.delete(caller);
          reject(new QueueFull());
        }, this.limits.waitMs),
      };
      queue.push(entry);
    });
  }

  /** Passes the place to the next caller, if there is one. `active` stays as it is then. */
  private leave(): void {
    const [first] = this.waiting;
    if (!first) {
      this.active -= 1;
      return;
    }
    const [caller, queue] = first;
    const next = queue.shift();
    // Moves the caller behind all others, or removes it.
    this.waiting.delete(caller);
    if (queue.length > 0) this.waiting.set(caller, queue);
    if (!next) throw new Error('A caller without work stands in the queue');
    clearTimeout(next.timer);
    next.start();
  }
}
