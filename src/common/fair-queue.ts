import { Unavailable } from './errors/kinds.js';

/** The caller has as much waiting as it may have, or has waited too long. */
export class QueueFull extends Unavailable {
  override code = 'service.busy';

  constructor() {
    super('The service is at its limit of this kind of work. Try again shortly.');
  }
}

export interface FairQueueLimits {
  /** How many run at once. */
  concurrency: number;
  /** How many of one caller run at once; as many as run at all by default. */
  perCallerActive?: number;
  /** How many of one caller may wait. */
  perCallerWaiting: number;
  waitMs: number;
}

interface Waiting {
  start: () => void;
  timer: NodeJS.Timeout;
}

/** Bounds work that is dear, and lets callers take turns: one with a hundred requests delays another one by one of them. */
export class FairQueue {
  private active = 0;
  private readonly activeOf = new Map<string, number>();
  /** In the order in which the callers have their next turn. */
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(private readonly limits: FairQueueLimits) {}

  /** Throws `QueueFull`; then `work` has not begun. */
  async run<T>(caller: string, work: () => Promise<T>): Promise<T> {
    if (this.mayStart(caller)) this.count(caller, 1);
    else await this.waitForTurn(caller);
    try {
      return await work();
    } finally {
      this.count(caller, -1);
      this.startNext();
    }
  }

  private mayStart(caller: string): boolean {
    const { concurrency, perCallerActive = concurrency } = this.limits;
    return this.active < concurrency && (this.activeOf.get(caller) ?? 0) < perCallerActive;
  }

  private count(caller: string, change: 1 | -1): void {
    this.active += change;
    const ofCaller = (this.activeOf.get(caller) ?? 0) + change;
    if (ofCaller === 0) this.activeOf.delete(caller);
    else this.activeOf.set(caller, ofCaller);
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

  private startNext(): void {
    for (const [caller, queue] of this.waiting) {
      if (!this.mayStart(caller)) continue;
      const next = queue.shift();
      // Behind all others, or out.
      this.waiting.delete(caller);
      if (queue.length > 0) this.waiting.set(caller, queue);
      if (!next) continue;
      clearTimeout(next.timer);
      this.count(caller, 1);
      next.start();
      return;
    }
  }
}
